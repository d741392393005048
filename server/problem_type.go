package server

import "reflect"

// problemGoType is the type behind the schema of every error answer.
var problemGoType = reflect.TypeFor[Problem]()

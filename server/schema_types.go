package server

import (
	"reflect"

	"github.com/xuanti/xuanti/engine"
)

// The types behind schemas that are named by hand.
var (
	problemGoType = reflect.TypeFor[Problem]()
	importGoType  = reflect.TypeFor[engine.ImportView]()
)

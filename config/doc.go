// Package config holds the one typed [Config] of the program. [Load] lays four
// layers over each other: the defaults, a YAML file, the environment
// (XUANTI_CRAWLER_WORKERS sets crawler.workers) and the command line's flags.
// A key that does not exist is an error that names the file and the line.
package config

// Package config reads the settings of a program from four places, the
// strongest first: flags, UCTRACE_* environment variables, one YAML file, and
// the defaults.
//
// One struct describes everything. Its yaml tags are the names, and flag and
// variable names follow from them:
//
//	type Config struct {
//		ClickHouse struct {
//			URL      string        `yaml:"url" help:"where events are stored"`
//			Password string        `yaml:"password" secret:"true" help:"of the database user"`
//			Timeout  time.Duration `yaml:"timeout" default:"30s" help:"of one insert"`
//		} `yaml:"clickhouse"`
//	}
//
//	clickhouse.url   --clickhouse-url   UCTRACE_CLICKHOUSE_URL
//
// A field may be a string, a bool, a number, a time.Duration, a list of those,
// anything that implements encoding.TextUnmarshaler (Size, Zone and Date of
// this package, schemas.Severity), a struct of fields, or a list of structs,
// which only the file can give. In flags and variables the items of a list are
// parted by commas. The help tag, and a value tag where the last word of the
// name does not say what the value is, make the help. The default tag fills a field that is zero when New sees
// it, so a program may also compute a default.
//
// A field with a secret tag has no flag, because the process list shows flags,
// and a second key beside it, <name>_file, that names a file to read the
// secret from.
//
// Nothing misspelt is passed over: an unknown key, flag or UCTRACE_* variable
// is an error, and so is a value that cannot be read. The errors name the
// place and the key.
package config

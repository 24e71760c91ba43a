package grafana

import (
	"bytes"
	"encoding/json"

	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

// Files returns the dashboards as they are committed, by file name. page is
// where browsers reach uctraced's own page.
func Files(page string) (map[string][]byte, error) {
	all, err := All()
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for i := range all {
		for j := range all[i].Templating.List {
			if v := &all[i].Templating.List[j]; v.Name == "page" {
				v.Query = &dashboard.StringOrMap{String: &page}
				text := dashboard.StringOrArrayOfString{String: &page}
				v.Current = &dashboard.VariableOption{Text: text, Value: text}
				v.Options = []dashboard.VariableOption{*v.Current}
			}
		}
		var b bytes.Buffer
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		if err := e.Encode(all[i]); err != nil {
			return nil, err
		}
		files[*all[i].Uid+".json"] = b.Bytes()
	}
	return files, nil
}

package fleet
import ("testing";"os";"path/filepath")
func TestX(t *testing.T){ f,err:=New(Options{Seed:1,Sessions:40}); if err!=nil{t.Fatal(err)}
 for _,x:=range f.Files { p:=filepath.Join("/tmp/lead/out",x.Path); os.MkdirAll(filepath.Dir(p),0o755); os.WriteFile(p,x.Text,0o644); t.Log(x.Path,len(x.Text)) } }

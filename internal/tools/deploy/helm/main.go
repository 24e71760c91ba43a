// Command helm checks the chart with the libraries of Helm and Kubernetes: no
// cluster and no network is needed.
//
//	helm CHART OUT
//
// It lints the chart, sees to it that nothing can be installed without its
// secrets, renders it with everything switched on, reads every object strictly
// with the types of its API, holds the pods against the restricted pod security
// standard, and writes the settings of the programs to the folder OUT.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
	"helm.sh/helm/v3/pkg/lint"
	"helm.sh/helm/v3/pkg/lint/support"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

func main() {
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// full are values with which everything is rendered.
const full = `
nats: {url: "tls://nats:4222", nkeySecret: {name: uctraced-nkey}, caSecret: {name: nats-ca}}
clickhouse: {url: "clickhouse://clickhouse:9440?secure=true", passwordSecret: {name: clickhouse}, caSecret: {name: clickhouse-ca}}
http: {tlsSecret: uctrace-tls, tokenSecret: {name: uctrace-token}}
config: {nats: {max_age: 96h}, loki: {url: "http://loki:3100"}}
persistence: {storageClass: fast}
podAnnotations: {a: b}
nodeSelector: {kubernetes.io/os: linux}
tolerations: [{operator: Exists}]
imagePullSecrets: [{name: registry}]
networkPolicy: {ingressFrom: [{namespaceSelector: {}}]}
serviceMonitor: {enabled: true, caSecret: {name: uctrace-ca}, labels: {release: prometheus}}
prometheusRule: {enabled: true}
agent: {enabled: true, id: collector-1, cluster: lab, nkeySecret: {name: agent-nkey}, logsClaim: logs}
`

func run(path, out string) error {
	var values map[string]any
	if err := yaml.Unmarshal([]byte(full), &values); err != nil {
		return err
	}
	linted := lint.All(path, values, "uc", true)
	for _, m := range linted.Messages {
		if m.Severity > support.InfoSev {
			return fmt.Errorf("lint: %s", m)
		}
	}
	if err := refuses(path, values); err != nil {
		return err
	}
	files, err := render(path, values)
	if err != nil {
		return err
	}
	kinds := map[string]int{}
	for name, text := range files {
		if strings.HasSuffix(name, "NOTES.txt") {
			continue
		}
		if err := decode(text, out, kinds); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	want := map[string]int{"ConfigMap": 2, "ServiceAccount": 1, "Service": 1, "StatefulSet": 2, "NetworkPolicy": 1, "ServiceMonitor": 1, "PrometheusRule": 1}
	if fmt.Sprint(kinds) != fmt.Sprint(want) {
		return fmt.Errorf("rendered %v, want %v", kinds, want)
	}
	fmt.Printf("helm %s: %v\n", filepath.Base(path), kinds)
	return nil
}

// refuses takes away what must be named, one after the other.
func refuses(path string, values map[string]any) error {
	for _, key := range []string{
		"nats.url", "nats.nkeySecret.name", "clickhouse.url", "clickhouse.passwordSecret.name", "http.tlsSecret", "http.tokenSecret.name",
		"agent.id", "agent.nkeySecret.name", "agent.logsClaim",
	} {
		_, err := render(path, without(values, strings.Split(key, ".")))
		if err == nil || !strings.Contains(err.Error(), key+": name the") {
			return fmt.Errorf("without %s: %v", key, err)
		}
	}
	for _, bad := range []string{`nats: {url: "nats://nats:4222"}`, `clickhouse: {url: "clickhouse://u:p@host"}`, `http: {port: 80}`, `replicas: 2`} {
		var more map[string]any
		if err := yaml.Unmarshal([]byte(bad), &more); err != nil {
			return err
		}
		if _, err := render(path, chartutil.CoalesceTables(more, values)); err == nil {
			return fmt.Errorf("it is rendered with %s", bad)
		}
	}
	return nil
}

func without(values map[string]any, key []string) map[string]any {
	copied := map[string]any{}
	for k, v := range values {
		copied[k] = v
	}
	if len(key) == 1 {
		delete(copied, key[0])
		return copied
	}
	inner, _ := copied[key[0]].(map[string]any)
	copied[key[0]] = without(inner, key[1:])
	return copied
}

func render(path string, values map[string]any) (map[string]string, error) {
	chart, err := loader.Load(path)
	if err != nil {
		return nil, err
	}
	top, err := chartutil.ToRenderValues(chart, values, chartutil.ReleaseOptions{Name: "uc", Namespace: "voice", Revision: 1, IsInstall: true}, chartutil.DefaultCapabilities)
	if err != nil {
		return nil, err
	}
	return engine.Render(chart, top)
}

// decode reads the objects of one file.
func decode(text, out string, kinds map[string]int) error {
	documents := utilyaml.NewYAMLReader(bufio.NewReader(strings.NewReader(text)))
	for {
		doc, err := documents.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		var head struct {
			Kind     string `json:"kind"`
			Metadata struct {
				Name string `json:"name"`
			} `json:"metadata"`
		}
		if err := yaml.Unmarshal(doc, &head); err != nil {
			return err
		}
		if head.Kind == "" {
			continue
		}
		kinds[head.Kind]++
		if err := object(head.Kind, doc, out); err != nil {
			return fmt.Errorf("%s %s: %w", head.Kind, head.Metadata.Name, err)
		}
	}
}

func object(kind string, doc []byte, out string) error {
	switch kind {
	case "ConfigMap":
		var o corev1.ConfigMap
		if err := yaml.UnmarshalStrict(doc, &o); err != nil {
			return err
		}
		for name, text := range o.Data {
			if err := os.WriteFile(filepath.Join(out, name), []byte(text), 0o600); err != nil {
				return err
			}
		}
	case "ServiceAccount":
		return yaml.UnmarshalStrict(doc, &corev1.ServiceAccount{})
	case "Service":
		return yaml.UnmarshalStrict(doc, &corev1.Service{})
	case "NetworkPolicy":
		return yaml.UnmarshalStrict(doc, &networkingv1.NetworkPolicy{})
	case "StatefulSet":
		var o appsv1.StatefulSet
		if err := yaml.UnmarshalStrict(doc, &o); err != nil {
			return err
		}
		return restricted(&o.Spec.Template.Spec)
	case "ServiceMonitor":
		return nil // its types are the operator's
	case "PrometheusRule":
		var o struct {
			APIVersion string `json:"apiVersion"`
			Kind       string `json:"kind"`
			Metadata   any    `json:"metadata"`
			Spec       any    `json:"spec"`
		}
		if err := yaml.UnmarshalStrict(doc, &o); err != nil {
			return err
		}
		rules, err := yaml.Marshal(o.Spec)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(out, "rules.yaml"), rules, 0o600)
	default:
		return errors.New("nobody expects it")
	}
	return nil
}

// restricted holds a pod against the pod security standard of that name, and
// sees to it that every mount has its volume.
func restricted(p *corev1.PodSpec) error {
	if s := p.SecurityContext; s == nil || s.RunAsNonRoot == nil || !*s.RunAsNonRoot || s.SeccompProfile == nil || s.SeccompProfile.Type != corev1.SeccompProfileTypeRuntimeDefault {
		return errors.New("the pod is not restricted")
	}
	if p.AutomountServiceAccountToken == nil || *p.AutomountServiceAccountToken || p.HostNetwork || p.HostPID || p.HostIPC {
		return errors.New("the pod has more than it needs")
	}
	var volumes []string
	for _, v := range p.Volumes {
		if v.HostPath != nil {
			return fmt.Errorf("volume %s is a path of the host", v.Name)
		}
		volumes = append(volumes, v.Name)
	}
	for _, c := range p.Containers {
		s := c.SecurityContext
		switch {
		case s == nil || s.AllowPrivilegeEscalation == nil || *s.AllowPrivilegeEscalation,
			s.ReadOnlyRootFilesystem == nil || !*s.ReadOnlyRootFilesystem,
			s.Capabilities == nil || !slices.Contains(s.Capabilities.Drop, "ALL"):
			return fmt.Errorf("container %s is not restricted", c.Name)
		case c.ReadinessProbe == nil:
			return fmt.Errorf("container %s has no readiness probe", c.Name)
		case c.Resources.Limits.Memory().IsZero():
			return fmt.Errorf("container %s has no bound of memory", c.Name)
		}
		for _, m := range c.VolumeMounts {
			if !slices.Contains(append(volumes, "data", "journal"), m.Name) {
				return fmt.Errorf("container %s mounts %s, which is no volume", c.Name, m.Name)
			}
		}
	}
	return nil
}

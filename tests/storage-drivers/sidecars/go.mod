module kat.dev/tests/sidecars

go 1.26.0

require (
	github.com/kubernetes-csi/external-attacher/v4 v4.12.0
	github.com/kubernetes-csi/external-provisioner/v6 v6.3.0
	github.com/kubernetes-csi/external-resizer/v2 v2.2.0
	github.com/kubernetes-csi/external-snapshotter/v8 v8.6.0
	github.com/kubernetes-csi/external-snapshotter/client/v8 v8.7.0
)

replace k8s.io/api => k8s.io/api v0.36.3
replace k8s.io/apimachinery => k8s.io/apimachinery v0.36.3
replace k8s.io/apiserver => k8s.io/apiserver v0.36.3
replace k8s.io/client-go => k8s.io/client-go v0.36.3
replace k8s.io/component-base => k8s.io/component-base v0.36.3
replace k8s.io/component-helpers => k8s.io/component-helpers v0.36.3
replace k8s.io/csi-translation-lib => k8s.io/csi-translation-lib v0.36.3
replace k8s.io/apiextensions-apiserver => k8s.io/apiextensions-apiserver v0.36.3
replace k8s.io/streaming => k8s.io/streaming v0.36.3

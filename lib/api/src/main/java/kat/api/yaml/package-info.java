/// YAML as another spelling of JSON: what people and kubectl send, and what a kubeconfig is.
///
/// [kat.api.yaml.Yaml] is all there is.
///
/// It knows nothing of Kubernetes objects; the library behind it appears in no signature.
@NullMarked
package kat.api.yaml;

import org.jspecify.annotations.NullMarked;

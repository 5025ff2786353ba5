/// YAML in and out, as `sigs.k8s.io/yaml` reads and writes it.
///
/// Read [kat.api.yaml.Yaml]; [kat.api.yaml.YamlScalars] decides what a plain word means.
///
/// Nothing here knows a schema or a kind: a document becomes a JSON value and back.
@NullMarked
package kat.api.yaml;

import org.jspecify.annotations.NullMarked;

/// The files that configure an API server, as kube-apiserver takes them.
///
/// Read [kat.apiserver.config.ConfigFile], which reads one, then
/// [kat.apiserver.config.ServerOptions], the options that name them.
///
/// What the files mean lies with the parts that they configure.
@NullMarked
package kat.apiserver.config;

import org.jspecify.annotations.NullMarked;

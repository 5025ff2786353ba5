/// The verbs `run`, `dev`, `debug`, `build`, `deploy`, `undeploy` and `render`: what a person
/// types, and in
/// which order its parts happen.
///
/// Read [kat.dev.Main], then [kat.dev.Work].
///
/// It is a program of its own, started when it is needed: the server loads nothing of it. It
/// reaches a cluster by a kubeconfig, as any client does.
@NullMarked
package kat.dev;

import org.jspecify.annotations.NullMarked;

/// What is decided and completed about a write beyond permissions and validation.
///
/// Read [kat.apiserver.admission.Plugins], which has the order; each plug-in is a class of its own
/// and named as in Kubernetes.
///
/// Nothing here knows HTTP or writes to the store.
@NullMarked
package kat.apiserver.admission;

import org.jspecify.annotations.NullMarked;

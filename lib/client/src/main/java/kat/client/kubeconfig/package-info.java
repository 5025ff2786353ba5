/// Kubeconfig files: which server a program means, and who it is there.
///
/// Read [kat.client.kubeconfig.Kubeconfig], then [kat.client.kubeconfig.SignIn], then
/// [kat.client.kubeconfig.Callers].
///
/// Nothing here asks a server.
@NullMarked
package kat.client.kubeconfig;

import org.jspecify.annotations.NullMarked;

/// How components reach the API and act on it: the one transport role, informers, work queues, and
/// the plan that a pure decision returns.
///
/// Read [kat.client.Transport], then [kat.client.ClusterView] and [kat.client.Controller], then
/// [kat.client.Plan] and [kat.client.ControllerRunner].
///
/// Nothing here knows a particular kind, or whether the server is in this process.
@NullMarked
package kat.client;

import org.jspecify.annotations.NullMarked;

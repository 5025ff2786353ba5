/// The `kat` command: one class a verb.
///
/// Read [kat.cli.Main], which lists the verbs, then [kat.cli.UpVerb]; [kat.cli.ServerProcess]
/// starts and ends the process that holds a cluster.
///
/// Nothing here runs in the server; what a verb needs of a running cluster it asks over the API.
@NullMarked
package kat.cli;

import org.jspecify.annotations.NullMarked;

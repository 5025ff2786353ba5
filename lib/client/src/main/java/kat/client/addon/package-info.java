/// What a program of an add-on is, and what it is given: the seam between KAT's server, which
/// runs such programs, and the modules below `tools/` that write them.
///
/// Read [kat.client.addon.Program], then [kat.client.addon.ProgramContext].
///
/// Nothing here knows the server: the same program runs by itself beside any cluster.
@NullMarked
package kat.client.addon;

import org.jspecify.annotations.NullMarked;

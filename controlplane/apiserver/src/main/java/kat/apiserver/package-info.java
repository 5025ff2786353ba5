/// The API server, put together: what it is configured with, how it starts, the two ways in.
///
/// Read [kat.apiserver.ApiServer] first; it leads to the packages below in the order in which a
/// request meets them: `http`, `rest`, `auth`, `registry`, `actions`.
///
/// Nothing here knows controllers, nodes or containers.
@NullMarked
package kat.apiserver;

import org.jspecify.annotations.NullMarked;

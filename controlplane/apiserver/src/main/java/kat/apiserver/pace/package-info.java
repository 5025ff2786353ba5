/// How many requests compute at once, and in which order: what keeps a client that asks for much
/// from holding every processor while others wait.
///
/// Read [kat.apiserver.pace.Pace], then [kat.apiserver.pace.Turn].
///
/// It must not know HTTP, the store, nor what a request does. Fair share among priority levels,
/// which bounds how many requests are in the server at all, is [kat.apiserver.fairness].
@NullMarked
package kat.apiserver.pace;

import org.jspecify.annotations.NullMarked;

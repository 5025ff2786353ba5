/// What the API server measures of its own work: admission, sign-in, permissions, the store,
/// watches. Each class holds the metrics of one part, with Kubernetes' names; the part adds to it
/// where the event is.
///
/// [kat.base.metrics] tells how they are kept and written.
///
/// It knows no part of the server, so that every part can use it.
@NullMarked
package kat.apiserver.measure;

import org.jspecify.annotations.NullMarked;

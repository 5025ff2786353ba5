/// Which devices a claim gets on a node: pure, without clocks, threads or requests.
///
/// Read [kat.scheduler.devices.Slice] and [kat.scheduler.devices.ClaimRequests], what there is
/// and what is asked for; then [kat.scheduler.devices.Allocator], which brings both together by
/// [kat.scheduler.devices.Search], and [kat.scheduler.devices.Allotment], what comes out.
///
/// Nothing here knows pods, queues, or who writes what was found.
@NullMarked
package kat.scheduler.devices;

import org.jspecify.annotations.NullMarked;

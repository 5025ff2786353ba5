/// Gives each pod without a node the node that suits it best.
///
/// Read [kat.scheduler.Scheduling], the pure decision, then [kat.scheduler.SchedulingQueue] and
/// [kat.scheduler.Scheduler], which runs both. What a plug-in can do is in [kat.scheduler.Plugin];
/// the plug-ins themselves are in `kat.scheduler.plugins`, one class each.
///
/// Nothing here knows what runs pods, or why they were created.
@NullMarked
package kat.scheduler;

import org.jspecify.annotations.NullMarked;

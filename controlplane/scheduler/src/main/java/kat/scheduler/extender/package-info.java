/// Programs of others that have a say about where pods go, asked over HTTP.
///
/// Read [kat.scheduler.extender.ExtenderConfig], then [kat.scheduler.extender.HttpExtender].
///
/// Nothing here knows filters, scores or queues.
@NullMarked
package kat.scheduler.extender;

import org.jspecify.annotations.NullMarked;

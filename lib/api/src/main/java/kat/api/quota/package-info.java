/// How much an object counts against the quotas of its namespace.
///
/// Read [kat.api.quota.Quota] and [kat.api.quota.Evaluator]; [kat.api.quota.Amounts] are sums of
/// resources, [kat.api.quota.PodAmounts] what a pod asks for.
///
/// Nothing here refuses or counts by itself: the API server does the one, a controller the other.
@NullMarked
package kat.api.quota;

import org.jspecify.annotations.NullMarked;

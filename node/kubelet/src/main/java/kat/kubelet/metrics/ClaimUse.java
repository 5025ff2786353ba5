package kat.kubelet.metrics;

import java.time.Instant;
import kat.api.ObjectKey;
import kat.kubelet.volumes.Fill;

/// How full the volume of a claim was.
///
/// @param volume its name in the pod
/// @param at when it was measured
public record ClaimUse(ObjectKey claim, String volume, Fill fill, Instant at) {}

package kat.scheduler.devices;

import java.util.SequencedMap;
import kat.api.Quantity;

/// A device that a claim gets.
///
/// @param share the portion's identifier; empty when the claim has the device for itself
/// @param consumed what it takes of the device's capacity; empty for none
record Chosen(
        Device device,
        ClaimRequests.Option option,
        String share,
        SequencedMap<String, Quantity> consumed) {}

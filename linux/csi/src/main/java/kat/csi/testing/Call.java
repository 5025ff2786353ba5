package kat.csi.testing;

import kat.csi.NodePlugin.Place;
import kat.csi.VolumeFacts;
import kat.csi.VolumeUse;
import org.jspecify.annotations.Nullable;

/// What a driver was asked.
///
/// @param method such as `NodePublishVolume`
/// @param volume empty where the question names none
/// @param use null where the question has none
public record Call(
        String method, String volume, Place place, @Nullable VolumeUse use, VolumeFacts facts) {

    /// Method and volume, to compare a whole course of calls.
    public String text() {
        return volume.isEmpty() ? method : method + " " + volume;
    }
}

package kat.csi;

import java.util.SequencedMap;
import java.util.TreeMap;

/// What a driver is told of a volume besides its place.
///
/// @param publishContext what the driver's controller said when it attached the volume
/// @param secrets never shown
/// @param context the volume's attributes
public record VolumeFacts(
        SequencedMap<String, String> publishContext,
        SequencedMap<String, String> secrets,
        SequencedMap<String, String> context) {

    public VolumeFacts {
        publishContext = new TreeMap<>(publishContext);
        secrets = new TreeMap<>(secrets);
        context = new TreeMap<>(context);
    }

    @Override
    public String toString() {
        return "VolumeFacts[context=" + context.keySet() + "]";
    }
}

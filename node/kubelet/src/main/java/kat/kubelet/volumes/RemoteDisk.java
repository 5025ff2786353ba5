package kat.kubelet.volumes;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import kat.api.json.Json;
import kat.api.json.JsonObject;

/// A disk of a storage network.
///
/// @param type `iscsi` or `fc`
/// @param source where it is, as the API says it; without secrets
/// @param volume the name of the first volume that wanted it
public record RemoteDisk(String type, JsonObject source, String volume) {

    static final String ISCSI = "iscsi";
    static final String FIBRE_CHANNEL = "fc";

    /// The types that there are.
    static final List<String> TYPES = List.of(ISCSI, FIBRE_CHANNEL);

    private static final String PLAIN = "-_.:[]";
    private static final String USUAL_PORT = ":3260";

    /// A name that fits a folder, the same for everybody who means this disk.
    ///
    /// **Source:** `makePDNameInternal` in `pkg/volume/iscsi/iscsi_util.go` and
    /// `pkg/volume/fc/fc_util.go`.
    public String name() {
        List<String> parts =
                type.equals(ISCSI)
                        ? List.of("iface", anInterface(), portals().getFirst(), target(), lun())
                        : Stream.concat(
                                        source.array("targetWWNs").strings().stream(),
                                        Stream.concat(
                                                source.array("wwids").strings().stream(),
                                                Stream.of(lun())))
                                .toList();
        return plain(String.join("-", parts));
    }

    private static String plain(String text) {
        StringBuilder plain = new StringBuilder();
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            boolean isPlain =
                    (each >= 'a' && each <= 'z')
                            || (each >= 'A' && each <= 'Z')
                            || (each >= '0' && each <= '9')
                            || PLAIN.indexOf(each) >= 0;
            plain.append(isPlain ? String.valueOf((char) each) : "%%%02x".formatted(each & 0xff));
        }
        return plain.toString();
    }

    /// Who offers the disk: the IQN; several disks may have the same.
    String target() {
        return source.string("iqn");
    }

    String lun() {
        return "lun-" + source.integer("lun", 0);
    }

    String anInterface() {
        return source.string("iscsiInterface", "default");
    }

    /// Addresses of the target with their ports, each once.
    List<String> portals() {
        return Stream.concat(
                        Stream.of(source.string("targetPortal")),
                        source.array("portals").strings().stream())
                .map(portal -> hasPort(portal) ? portal : portal + USUAL_PORT)
                .distinct()
                .toList();
    }

    private static boolean hasPort(String portal) {
        return portal.contains(":") && !portal.endsWith("]");
    }

    JsonObject json() {
        return JsonObject.of("type", Json.of(type), "source", source)
                .with("volume", Json.of(volume));
    }

    static RemoteDisk of(JsonObject json) {
        return new RemoteDisk(json.string("type"), json.object("source"), json.string("volume"));
    }
}

package kat.api.validation;

import java.util.ArrayList;
import java.util.List;
import kat.api.json.Json;

/// Files of one volume that lie at or below the place of another.
///
/// **Source:** Kubernetes' `pkg/api/pod/warnings.go`.
final class PathOverlaps {

    /// @param source what the file is made from; empty when the volume has but one source
    private record Place(String path, String source) {
        @Override
        public String toString() {
            return source.isEmpty()
                    ? Json.of(path).toString()
                    : Json.of(path) + " (" + source + ")";
        }

        boolean overlaps(Place other) {
            if (path.isEmpty() || other.path.isEmpty()) {
                return false;
            }
            return equals(other)
                    || (other.path + "/").startsWith(path + "/")
                    || (path + "/").startsWith(other.path + "/");
        }
    }

    private PathOverlaps() {}

    static void tell(Node volume, List<String> warnings) {
        String name = "volume " + Json.of(volume.child("name").text());
        for (String source : List.of("configMap", "secret", "downwardAPI")) {
            if (volume.has(source)) {
                Node files = volume.child(source);
                String intro = name + " (" + titled(source, files, true) + "): overlapping paths: ";
                overlaps(places(files, ""), new ArrayList<>(), intro, warnings);
            }
        }
        if (!volume.has("projected")) {
            return;
        }
        List<Place> all = new ArrayList<>();
        for (Node source : volume.child("projected", "sources").items()) {
            if (source.isEmpty()) {
                warnings.add(name + " (Projected) has no sources provided");
            } else {
                overlaps(
                        projected(source),
                        all,
                        name + " (Projected): overlapping paths: ",
                        warnings);
            }
        }
    }

    private static String titled(String source, Node files, boolean whole) {
        return switch (source) {
            case "configMap" -> "ConfigMap " + Json.of(files.child("name").text());
            case "secret" -> "Secret " + Json.of(files.child(whole ? "secretName" : "name").text());
            default -> "DownwardAPI";
        };
    }

    private static List<Place> places(Node files, String source) {
        List<Place> places = new ArrayList<>();
        for (Node item : files.child("items").items()) {
            places.add(new Place(trimmed(item.child("path").text()), source));
        }
        return places;
    }

    private static List<Place> projected(Node source) {
        for (String kind : List.of("configMap", "secret", "downwardAPI")) {
            if (source.child(kind).has("items")) {
                return places(source.child(kind), titled(kind, source.child(kind), false));
            }
        }
        if (source.has("serviceAccountToken")) {
            return place(source.child("serviceAccountToken", "path"), "ServiceAccountToken");
        }
        if (source.has("clusterTrustBundle")) {
            Node bundle = source.child("clusterTrustBundle");
            String name = bundle.child(bundle.has("name") ? "name" : "signerName").text();
            return place(bundle.child("path"), "ClusterTrustBundle " + Json.of(name));
        }
        List<Place> places = new ArrayList<>();
        Node certificate = source.child("podCertificate");
        places.addAll(place(certificate.child("certificateChainPath"), "PodCertificate chain"));
        places.addAll(place(certificate.child("keyPath"), "PodCertificate key"));
        places.addAll(
                place(
                        certificate.child("credentialBundlePath"),
                        "PodCertificate credential bundle"));
        return places;
    }

    private static List<Place> place(Node path, String source) {
        return path.isEmpty() ? List.of() : List.of(new Place(trimmed(path.text()), source));
    }

    private static String trimmed(String path) {
        int end = path.length();
        while (end > 0 && path.charAt(end - 1) == '/') {
            end--;
        }
        return path.substring(0, end);
    }

    private static void overlaps(
            List<Place> places, List<Place> known, String intro, List<String> warnings) {
        for (Place place : places) {
            for (Place other : known) {
                if (place.overlaps(other)) {
                    warnings.add(intro + place + " with " + other);
                }
            }
            known.add(place);
        }
    }
}

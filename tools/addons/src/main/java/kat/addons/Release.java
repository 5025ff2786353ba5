package kat.addons;

import kat.api.KubeObject;

/// An add-on as it stands in a cluster, read from the labels of the Secret in which Helm keeps
/// the newest revision of its release.
///
/// @param name of the add-on
/// @param namespace of the release
/// @param version of the chart that is installed
/// @param status Helm's word: `deployed`, `failed`, `pending-install` …
/// @param revision 1 or more
public record Release(String name, String namespace, String version, String status, long revision) {

    static final String ADDON = "kat.dev/addon";
    static final String VERSION = "kat.dev/addon-version";
    static final String SELECTOR = "owner=helm," + ADDON;

    static Release of(KubeObject secret) {
        return new Release(
                secret.label(ADDON),
                secret.namespace(),
                secret.label(VERSION),
                secret.label("status"),
                Long.parseLong(secret.label("version")));
    }

    /// What Helm is to label the release with.
    static String labels(Addon addon) {
        return ADDON + "=" + addon.name() + "," + VERSION + "=" + addon.version();
    }
}

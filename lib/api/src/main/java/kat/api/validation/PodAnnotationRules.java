package kat.api.validation;

import java.util.List;
import kat.api.AppArmor;
import kat.api.json.Json;
import kat.api.json.JsonObject;

/// The rules for annotations of pods that once were, or still are, fields of theirs.
final class PodAnnotationRules {

    private static final String MIRROR = "kubernetes.io/config.mirror";
    private static final String DELETION_COST = "controller.kubernetes.io/pod-deletion-cost";
    private static final String SECCOMP = "seccomp.security.alpha.kubernetes.io/pod";
    private static final String SECCOMP_OF = "container.seccomp.security.alpha.kubernetes.io/";
    private static final String LOCALHOST = "localhost/";

    private PodAnnotationRules() {}

    static void check(Node annotations, Node spec) {
        if (annotations.isEmpty()) {
            return;
        }
        if (annotations.has(MIRROR) && spec.child("nodeName").isEmpty()) {
            annotations
                    .key(MIRROR)
                    .invalid("must set spec.nodeName if mirror pod annotation is set");
        }
        if (annotations.has(DELETION_COST) && !isInteger(annotations.key(DELETION_COST).text())) {
            annotations.key(DELETION_COST).invalid("must be a 32bit integer");
        }
        if (annotations.has(SECCOMP)) {
            seccomp(annotations.child(SECCOMP));
        }
        for (String name : annotations.object().names()) {
            if (name.startsWith(SECCOMP_OF)) {
                seccomp(annotations.child(name));
            }
        }
        for (String name : annotations.object().names()) {
            if (name.startsWith(AppArmor.ANNOTATION)) {
                appArmor(annotations.key(name), name.substring(AppArmor.ANNOTATION.length()), spec);
            }
        }
    }

    /// Whether a text is a number of 32 bits, with no sign but `-` and no leading zero.
    private static boolean isInteger(String text) {
        try {
            return String.valueOf(Integer.parseInt(text)).equals(text);
        } catch (NumberFormatException notANumber) {
            return false;
        }
    }

    private static void seccomp(Node profile) {
        String text = profile.text();
        if (text.startsWith(LOCALHOST)) {
            Common.relativePath(profile.with(Json.of(text.substring(LOCALHOST.length()))));
        } else if (!List.of("runtime/default", "docker/default", "unconfined").contains(text)) {
            profile.invalid("must be a valid seccomp profile");
        }
    }

    private static void appArmor(Node profile, String container, Node spec) {
        boolean[] found = new boolean[1];
        ContainerRules.visit(spec, each -> found[0] |= each.child("name").text().equals(container));
        if (!found[0]) {
            profile.invalidText(container, "container not found");
        }
        String text = profile.text();
        boolean known =
                text.isEmpty()
                        || text.equals("runtime/default")
                        || text.equals("unconfined")
                        || text.startsWith(LOCALHOST);
        if (!known) {
            profile.invalid("invalid AppArmor profile name: \"" + text + "\"");
        }
    }

    /// What annotations say of seccomp and AppArmor must be what the fields say.
    static void matchProfiles(Node spec, Node annotations) {
        if (annotations.isEmpty()) {
            return;
        }
        Node context = spec.child("securityContext");
        if (annotations.has(SECCOMP)) {
            match(context.child("seccompProfile"), annotations.key(SECCOMP).text(), "seccomp");
        }
        ContainerRules.visit(
                spec,
                container -> {
                    Node key = annotations.key(SECCOMP_OF + container.child("name").text());
                    if (key.isSet()) {
                        match(
                                container.child("securityContext", "seccompProfile"),
                                key.text(),
                                "seccomp");
                    }
                });
        if (spec.child("os", "name").text().equals("windows")) {
            return;
        }
        ContainerRules.visit(
                spec,
                container -> {
                    Node key =
                            annotations.key(AppArmor.ANNOTATION + container.child("name").text());
                    Node own = container.child("securityContext", "appArmorProfile");
                    Node effective =
                            own.isSet() ? own : own.with(context.object().get("appArmorProfile"));
                    if (key.isSet()) {
                        match(effective, key.text(), "apparmor");
                    }
                });
    }

    private static void match(Node profile, String annotation, String what) {
        boolean same =
                switch (profile.child("type").text()) {
                    case "Unconfined" -> annotation.equals("unconfined");
                    case "RuntimeDefault" ->
                            annotation.equals("runtime/default")
                                    || (what.equals("seccomp")
                                            && annotation.equals("docker/default"));
                    case "Localhost" -> annotation.startsWith(LOCALHOST);
                    default -> true;
                };
        if (!same) {
            profile.child("type").forbidden(what + " type in annotation and field must match");
        } else if (profile.child("type").text().equals("Localhost")
                && !annotation.equals(LOCALHOST + profile.child("localhostProfile").text())) {
            profile.child("localhostProfile")
                    .forbidden(what + " profile in annotation and field must match");
        }
    }

    /// What an update may not do to annotations.
    static void update(Node annotations, JsonObject before) {
        for (String name : before.names()) {
            boolean same =
                    annotations.has(name)
                            && annotations.key(name).text().equals(before.string(name));
            if (!same && name.startsWith(AppArmor.ANNOTATION)) {
                annotations.key(name).forbidden("may not remove or update AppArmor annotations");
            }
            if (!same && name.equals(MIRROR)) {
                annotations.key(name).forbidden("may not remove or update mirror pod annotation");
            }
        }
        for (String name : annotations.object().names()) {
            if (!before.has(name) && name.startsWith(AppArmor.ANNOTATION)) {
                annotations.key(name).forbidden("may not add AppArmor annotations");
            }
            if (!before.has(name) && name.equals(MIRROR)) {
                annotations.key(name).forbidden("may not add mirror pod annotation");
            }
        }
    }

    static boolean isMirror(JsonObject metadata) {
        return metadata.object("annotations").has(MIRROR);
    }
}

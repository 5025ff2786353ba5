package kat.apiserver.rest;

import kat.api.Kind;
import kat.api.KindTable;
import kat.api.Kinds;
import kat.api.custom.CustomKind;
import kat.api.discovery.Discovery;
import kat.api.openapi.OpenApi;
import kat.apiserver.registry.Resource;
import kat.apiserver.registry.Resources;
import kat.apiserver.usage.Usage;
import org.jspecify.annotations.Nullable;

/// The documents that tell what is served, for the table of kinds of the moment.
///
/// **Threads:** any.
final class Documents {

    private final Resources resources;
    private final String version;
    private volatile Made made;

    private record Made(KindTable kinds, boolean usage, Discovery discovery, OpenApi openApi) {}

    Documents(Resources resources, String version) {
        this.resources = resources;
        this.version = version;
        this.made = make(resources.kinds());
    }

    private Made make(KindTable kinds) {
        boolean usage = resources.tellsUsage();
        KindTable told = usage ? kinds.with(Usage.KINDS) : kinds;
        return new Made(
                kinds,
                usage,
                new Discovery(told, _ -> true, this::storedIn),
                new OpenApi(kinds, this::custom, version));
    }

    private String storedIn(Kind kind) {
        CustomKind custom = custom(kind);
        return custom == null ? Kinds.storedIn(kind) : custom.stored();
    }

    private @Nullable CustomKind custom(Kind kind) {
        Resource resource = resources.find(kind);
        return resource == null ? null : resource.custom();
    }

    private Made current() {
        KindTable now = resources.kinds();
        Made known = made;
        if (known.kinds() != now || known.usage() != resources.tellsUsage()) {
            known = make(now);
            made = known;
        }
        return known;
    }

    Discovery discovery() {
        return current().discovery();
    }

    OpenApi openApi() {
        return current().openApi();
    }
}

package kat.packages;

import com.marcnuri.helm.GetCommand;
import com.marcnuri.helm.Helm;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import kat.api.json.Json;
import kat.api.json.JsonObject;
import kat.api.yaml.Yaml;
import kat.base.Ticker;
import kat.packages.HelmVerb.Counts;

/// Helm's commands that show releases, read from where they are stored.
final class ShowVerbs {

    private static final int MOST = 256;
    private static final List<String> STATES =
            List.of("deployed", "failed", "superseded", "uninstalled", "uninstalling", "pending");
    private static final Set<String> PENDING =
            Set.of("pending-install", "pending-upgrade", "pending-rollback");

    private final Ticker ticker;

    ShowVerbs(Ticker ticker) {
        this.ticker = ticker;
    }

    List<HelmVerb> verbs() {
        List<String> listing =
                new ArrayList<>(
                        List.of(
                                "all-namespaces",
                                "all",
                                "max",
                                "offset",
                                "filter",
                                "selector",
                                "date",
                                "reverse",
                                "short",
                                "no-headers",
                                "output"));
        listing.addAll(STATES);
        return List.of(
                new HelmVerb("list", "List releases.", "", Counts.exactly(0), listing, this::list),
                new HelmVerb(
                        "status",
                        "Show the state of a release.",
                        "RELEASE_NAME",
                        Counts.exactly(1),
                        List.of("revision", "output", "show-desc"),
                        this::status),
                new HelmVerb(
                        "history",
                        "Show the revisions of a release.",
                        "RELEASE_NAME",
                        Counts.exactly(1),
                        List.of("max", "output"),
                        this::history),
                get("values", "the values that it was given", List.of("all", "output")),
                get("manifest", "its objects", List.of()),
                get("hooks", "its hooks", List.of()),
                get("notes", "its notes", List.of()),
                get("metadata", "its chart and state", List.of("output")),
                get("all", "all of these", List.of()));
    }

    private HelmVerb get(String what, String description, List<String> flags) {
        List<String> all = new ArrayList<>(flags);
        all.add("revision");
        Function<Invocation, String> action =
                switch (what) {
                    case "values" -> this::values;
                    case "manifest" -> said -> release(said).manifest() + "\n";
                    case "hooks" -> said -> Printed.hooks(release(said));
                    case "notes" -> ShowVerbs.this::notes;
                    case "metadata" -> this::metadata;
                    default -> said -> Printed.all(release(said), computed(said));
                };
        return new HelmVerb(
                "get " + what,
                "Show of a release " + description + ".",
                "RELEASE_NAME",
                Counts.exactly(1),
                all,
                action::apply);
    }

    private <T> T stored(Invocation said, Function<ReleaseStore, T> use) {
        try (KubeApi api = new KubeApi(new Settings(said).kubeconfig())) {
            return use.apply(new ReleaseStore(api, ticker));
        }
    }

    private ReleaseRecord release(Invocation said) {
        int revision = said.number("revision", 0);
        String namespace = new Settings(said).namespace();
        return stored(said, store -> store.get(namespace, said.parameter(0), revision));
    }

    private String notes(Invocation said) {
        String notes = release(said).info().string("notes");
        return notes.isEmpty() ? "" : "NOTES:\n" + notes + "\n";
    }

    private String metadata(Invocation said) {
        JsonObject metadata = Printed.metadata(release(said));
        return Output.of(said).object(metadata, Printed.metadataTable(metadata));
    }

    private String values(Invocation said) {
        boolean isAll = said.has("all");
        Json values = isAll ? Yaml.read(computed(said)).value() : Printed.values(release(said));
        String head = isAll ? "COMPUTED VALUES:\n" : "USER-SUPPLIED VALUES:\n";
        return Output.of(said).object(values, head + Yaml.write(values));
    }

    /// All values of a release, put together by the library.
    private String computed(Invocation said) {
        Settings settings = new Settings(said);
        GetCommand.GetValuesSubcommand values =
                Helm.get(said.parameter(0))
                        .values()
                        .allValues()
                        .withNamespace(settings.namespace())
                        .withKubeConfig(settings.libraryKubeconfig());
        said.ifSaid("revision", revision -> values.withRevision(HelmOptions.number(revision)));
        return values.call();
    }

    private String status(Invocation said) {
        ReleaseRecord release = release(said);
        return Output.of(said)
                .object(release.content().without("chart"), Printed.status(release, said));
    }

    private String history(Invocation said) {
        String namespace = new Settings(said).namespace();
        List<ReleaseRecord> all =
                stored(said, store -> store.history(namespace, said.parameter(0)));
        if (all.isEmpty()) {
            throw new HelmException("release: not found");
        }
        int most = said.number("max", MOST);
        Output output = Output.of(said);
        List<Map<String, Json>> rows = new ArrayList<>();
        for (ReleaseRecord release : all.subList(Math.max(0, all.size() - most), all.size())) {
            String updated =
                    output == Output.TABLE
                            ? GoTime.ansi(release.lastDeployed())
                            : release.info().string("last_deployed");
            rows.add(
                    Map.of(
                            "revision", Json.of(release.version()),
                            "updated", Json.of(updated),
                            "status", Json.of(release.status()),
                            "chart", Json.of(release.chartName()),
                            "app_version", Json.of(release.appVersion()),
                            "description", Json.of(release.description())));
        }
        return output.rows(
                columns("revision", "updated", "status", "chart", "app_version", "description"),
                rows,
                true);
    }

    /// Names for programs to names for people: `app_version` is `APP VERSION`.
    static SequencedMap<String, String> columns(String... names) {
        SequencedMap<String, String> columns = new LinkedHashMap<>();
        for (String name : names) {
            columns.put(name, name.toUpperCase(java.util.Locale.ROOT).replace('_', ' '));
        }
        return columns;
    }

    private String list(Invocation said) {
        List<ReleaseRecord> releases = releases(said);
        int offset = Math.min(said.number("offset", 0), releases.size());
        int most = said.number("max", MOST);
        int end = most > 0 ? Math.min(releases.size(), offset + most) : releases.size();
        List<ReleaseRecord> page = releases.subList(offset, end);
        if (said.has("short")) {
            return names(said, page);
        }
        List<Map<String, Json>> rows = new ArrayList<>();
        for (ReleaseRecord release : page) {
            rows.add(
                    Map.of(
                            "name", Json.of(release.name()),
                            "namespace", Json.of(release.namespace()),
                            "revision", Json.of(String.valueOf(release.version())),
                            "updated", Json.of(GoTime.full(release.lastDeployed())),
                            "status", Json.of(release.status()),
                            "chart", Json.of(release.chartName()),
                            "app_version", Json.of(release.appVersion())));
        }
        return Output.of(said)
                .rows(
                        columns(
                                "name",
                                "namespace",
                                "revision",
                                "updated",
                                "status",
                                "chart",
                                "app_version"),
                        rows,
                        !said.has("no-headers"));
    }

    private static String names(Invocation said, List<ReleaseRecord> page) {
        List<String> names = page.stream().map(ReleaseRecord::name).toList();
        String lines = names.isEmpty() ? "" : String.join("\n", names) + "\n";
        return Output.of(said).object(kat.api.json.JsonArray.ofStrings(names), lines);
    }

    private List<ReleaseRecord> releases(Invocation said) {
        String namespace = said.has("all-namespaces") ? "" : new Settings(said).namespace();
        Set<String> states = states(said);
        Pattern filter = pattern(said.text("filter"));
        boolean isOnlyOld = states.equals(Set.of(ReleaseRecord.SUPERSEDED));
        List<ReleaseRecord> all =
                stored(said, store -> store.list(namespace, said.text("selector")));
        List<ReleaseRecord> some = new ArrayList<>();
        for (ReleaseRecord release : isOnlyOld ? all : latest(all)) {
            if (states.contains(release.status()) && filter.matcher(release.name()).find()) {
                some.add(release);
            }
        }
        some.sort(order(said));
        return some;
    }

    private static Pattern pattern(String filter) {
        try {
            return Pattern.compile(filter);
        } catch (PatternSyntaxException e) {
            throw new HelmException("error parsing regexp: " + e.getDescription());
        }
    }

    private static Comparator<ReleaseRecord> order(Invocation said) {
        Comparator<ReleaseRecord> order =
                said.has("date")
                        ? Comparator.comparing(release -> release.info().string("last_deployed"))
                        : Comparator.comparing(ReleaseRecord::name);
        return said.has("reverse") ? order.reversed() : order;
    }

    private static Set<String> states(Invocation said) {
        Set<String> states = new HashSet<>();
        for (String state : STATES) {
            if (said.has(state) || said.has("all")) {
                states.add(state);
            }
        }
        if (states.remove("pending")) {
            states.addAll(PENDING);
        }
        return states.isEmpty() ? Set.of(ReleaseRecord.DEPLOYED, ReleaseRecord.FAILED) : states;
    }

    private static List<ReleaseRecord> latest(List<ReleaseRecord> all) {
        Map<String, ReleaseRecord> latest = new LinkedHashMap<>();
        for (ReleaseRecord release : all) {
            latest.merge(
                    release.namespace() + "/" + release.name(),
                    release,
                    (a, b) -> a.version() > b.version() ? a : b);
        }
        return List.copyOf(latest.values());
    }
}

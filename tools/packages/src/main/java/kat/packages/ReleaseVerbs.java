package kat.packages;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.InstallCommand;
import com.marcnuri.helm.Release;
import com.marcnuri.helm.TestCommand;
import com.marcnuri.helm.UninstallCommand;
import com.marcnuri.helm.UpgradeCommand;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import kat.api.json.JsonObject;
import kat.base.Randomness;
import kat.base.Ticker;
import kat.packages.HelmVerb.Counts;

/// Helm's commands that change releases in a cluster.
final class ReleaseVerbs {

    private static final List<String> CHANGE =
            List.of(
                    "create-namespace",
                    "wait",
                    "timeout",
                    "atomic",
                    "force",
                    "dry-run",
                    "description",
                    "dependency-update",
                    "disable-openapi-validation",
                    "skip-crds",
                    "hide-notes",
                    "labels",
                    "output");

    private final Ticker ticker;
    private final Randomness randomness;
    private final InputStream in;

    ReleaseVerbs(Ticker ticker, Randomness randomness, InputStream in) {
        this.ticker = ticker;
        this.randomness = randomness;
        this.in = in;
    }

    List<HelmVerb> verbs() {
        List<HelmVerb> verbs = new ArrayList<>(forward());
        verbs.addAll(back());
        return verbs;
    }

    private List<HelmVerb> forward() {
        return List.of(
                new HelmVerb(
                        "install",
                        "Install a chart.",
                        "[NAME] [CHART]",
                        Counts.between(1, 2),
                        join(
                                Values.FLAGS,
                                CHANGE,
                                ChartSource.FLAGS,
                                List.of("generate-name", "replace")),
                        this::install),
                new HelmVerb(
                        "upgrade",
                        "Upgrade a release, or with --install make it.",
                        "[RELEASE] [CHART]",
                        Counts.exactly(2),
                        join(
                                Values.FLAGS,
                                CHANGE,
                                ChartSource.FLAGS,
                                List.of(
                                        "install",
                                        "reset-values",
                                        "reuse-values",
                                        "reset-then-reuse-values",
                                        "cleanup-on-fail",
                                        "history-max")),
                        this::upgrade));
    }

    private List<HelmVerb> back() {
        return List.of(
                new HelmVerb(
                        "rollback",
                        "Roll a release back to an earlier revision.",
                        "<RELEASE> [REVISION]",
                        Counts.between(1, 2),
                        List.of(
                                "wait",
                                "timeout",
                                "force",
                                "cleanup-on-fail",
                                "dry-run",
                                "history-max"),
                        this::rollback),
                new HelmVerb(
                        "uninstall",
                        "Remove releases and their objects.",
                        "RELEASE_NAME [...]",
                        Counts.atLeast(1),
                        List.of(
                                "keep-history",
                                "ignore-not-found",
                                "dry-run",
                                "no-hooks",
                                "cascade",
                                "wait",
                                "timeout"),
                        this::uninstall),
                new HelmVerb(
                        "test",
                        "Run the tests of a release.",
                        "[RELEASE]",
                        Counts.exactly(1),
                        List.of("timeout", "logs", "hide-notes"),
                        this::test));
    }

    @SafeVarargs
    static List<String> join(List<String>... lists) {
        List<String> all = new ArrayList<>();
        for (List<String> list : lists) {
            all.addAll(list);
        }
        return all;
    }

    private String install(Invocation said) {
        boolean isNamed = said.parameters().size() == 2;
        String chart = said.parameter(isNamed ? 1 : 0);
        if (isNamed && said.has("generate-name")) {
            throw new HelmException(
                    "INSTALLATION FAILED: cannot set --generate-name and also specify a name");
        }
        if (!isNamed && !said.has("generate-name")) {
            throw new HelmException(
                    "INSTALLATION FAILED: must either provide a name or specify --generate-name");
        }
        String name = isNamed ? said.parameter(0) : generated(chart);
        ReleaseStore.requireNewName(name);
        ReleaseChange change = ReleaseChange.of(said, ticker, name);
        return change.run(
                said.has("dry-run") ? Recovery.Way.NONE : Recovery.Way.FORGET,
                "INSTALLATION FAILED",
                (api, store) -> install(change, api, store, chart));
    }

    private String generated(String chart) {
        String base = Path.of(chart).getFileName().toString();
        int dot = base.indexOf('.');
        String stem = dot >= 0 ? base.substring(0, dot) : base;
        return (stem.isEmpty() ? "chart" : stem) + "-" + ticker.now().getEpochSecond();
    }

    private String install(ReleaseChange change, KubeApi api, ReleaseStore store, String chart) {
        Invocation said = change.said();
        Optional<ReleaseRecord> last = store.last(change.namespace(), change.name());
        if (last.isPresent() && isReplaced(said, last.get())) {
            return upgrade(change, api, store, "Install complete");
        }
        InstallCommand install =
                Helm.install(ChartSource.reference(said, chart))
                        .withName(change.name())
                        .withNamespace(change.namespace());
        install.withValuesFile(valuesFile(said));
        install.withRepositoryConfig(ChartSource.repositories(said));
        ChangeOptions.of(install).apply(said);
        if (said.has("dry-run")) {
            install.withKubeConfig(change.settings().libraryKubeconfig()).dryRun();
            return dryRun(change, install.call(), chart);
        }
        Release unused;
        if (said.has("labels")) {
            try (StorageLens lens =
                    new StorageLens(api, randomness, new Relabelled(0, labels(said)))) {
                lens.start();
                unused = install.withKubeConfigContents(lens.kubeconfig()).call();
            }
        } else {
            unused = install.withKubeConfig(change.settings().libraryKubeconfig()).call();
        }
        return shown(change, store);
    }

    private static boolean isReplaced(Invocation said, ReleaseRecord last) {
        return last.status().equals(ReleaseRecord.UNINSTALLED)
                && (said.has("replace") || said.has("install"));
    }

    private Path valuesFile(Invocation said) {
        return said.scratch().write("values.json", new Values(said, in).merged().toString());
    }

    private static Map<String, String> labels(Invocation said) {
        Map<String, String> labels = new HashMap<>();
        for (String list : said.list("labels")) {
            for (String pair : Parts.of(list, ',')) {
                int equals = pair.indexOf('=');
                if (equals < 1) {
                    throw new HelmException(pair + " must be formatted as key=value");
                }
                labels.put(pair.substring(0, equals), pair.substring(equals + 1));
            }
        }
        if (labels.keySet().stream().anyMatch(ReleaseRecord.SYSTEM::contains)) {
            throw new HelmException(
                    "user supplied labels contains system reserved label name. System labels: "
                            + ReleaseRecord.SYSTEM.stream().sorted().toList());
        }
        return labels;
    }

    private static String shown(ReleaseChange change, ReleaseStore store) {
        ReleaseRecord release = change.last(store);
        return Output.of(change.said())
                .object(release.content(), Printed.status(release, change.said()));
    }

    private String dryRun(ReleaseChange change, Release release, String chart) {
        Invocation said = change.said();
        List<Documents> rendered =
                new Rendering(said, in)
                        .everything(change.name(), ChartSource.reference(said, chart), true);
        ReleaseRecord record =
                Rendering.dryRun(release, change.namespace(), change.name(), rendered);
        return Output.of(said).object(record.content(), Printed.status(record, said));
    }

    private String upgrade(Invocation said) {
        ReleaseChange change = ReleaseChange.of(said, ticker, said.parameter(0));
        return change.run(
                said.has("dry-run") ? Recovery.Way.NONE : Recovery.Way.FAIL,
                "",
                (api, store) -> {
                    boolean isNew =
                            store.last(change.namespace(), change.name())
                                    .map(last -> last.status().equals(ReleaseRecord.UNINSTALLED))
                                    .orElse(true);
                    if (isNew && said.has("install")) {
                        if (Output.of(said) == Output.TABLE) {
                            said.out()
                                    .println(
                                            "Release \""
                                                    + change.name()
                                                    + "\" does not exist. Installing it now.");
                        }
                        return install(change, api, store, said.parameter(1));
                    }
                    try {
                        return upgrade(change, api, store, "");
                    } catch (IllegalStateException e) {
                        throw new HelmException("UPGRADE FAILED", e);
                    }
                });
    }

    private String upgrade(
            ReleaseChange change, KubeApi api, ReleaseStore store, String description) {
        Invocation said = change.said();
        String chart = said.parameter(said.parameters().size() - 1);
        UpgradeCommand upgrade =
                Helm.upgrade(ChartSource.reference(said, chart))
                        .withName(change.name())
                        .withNamespace(change.namespace());
        upgrade.withValuesFile(valuesFile(said));
        upgrade.withRepositoryConfig(ChartSource.repositories(said));
        ChangeOptions.of(upgrade).apply(said);
        if (!description.isEmpty() && !said.has("description")) {
            upgrade.withDescription(description);
        }
        if (said.has("dry-run")) {
            upgrade.withKubeConfig(change.settings().libraryKubeconfig()).dryRun();
            return dryRun(change, upgrade.call(), chart);
        }
        try {
            Release unused;
            if (said.has("labels") || !description.isEmpty()) {
                long last =
                        store.last(change.namespace(), change.name())
                                .map(ReleaseRecord::version)
                                .orElse(0L);
                try (StorageLens lens =
                        new StorageLens(api, randomness, new Relabelled(last, labels(said)))) {
                    lens.start();
                    unused = upgrade.withKubeConfigContents(lens.kubeconfig()).call();
                }
            } else {
                unused = upgrade.withKubeConfig(change.settings().libraryKubeconfig()).call();
            }
        } finally {
            change.prune(store);
        }
        boolean isTold = description.isEmpty() && Output.of(said) == Output.TABLE;
        return (isTold
                        ? "Release \"" + change.name() + "\" has been upgraded. Happy Helming!\n"
                        : "")
                + shown(change, store);
    }

    private String rollback(Invocation said) {
        int revision = revision(said.parameter(1));
        ReleaseChange change = ReleaseChange.of(said, ticker, said.parameter(0));
        return change.run(
                said.has("dry-run") ? Recovery.Way.NONE : Recovery.Way.FAIL,
                "",
                (api, store) -> {
                    Rollback rollback =
                            Rollback.of(store.history(change.namespace(), change.name()), revision);
                    if (!said.has("dry-run")) {
                        roll(change, api, store, rollback);
                    } else if (said.text("dry-run").equals("server")) {
                        upgrade(change, api, rollback, true);
                    }
                    return "Rollback was a success! Happy Helming!\n";
                });
    }

    private static int revision(String word) {
        try {
            return word.isEmpty() ? 0 : Integer.parseInt(word);
        } catch (NumberFormatException e) {
            throw new HelmException(
                    "could not convert revision to a number: strconv.Atoi: parsing \""
                            + word
                            + "\": invalid syntax");
        }
    }

    private void roll(ReleaseChange change, KubeApi api, ReleaseStore store, Rollback rollback) {
        try {
            upgrade(change, api, rollback, false);
            Rollback.supersede(store, change.namespace(), change.name());
        } finally {
            change.prune(store);
        }
    }

    /// @param isTrial whether the cluster tries all, keeps nothing, and what it says is printed
    private void upgrade(ReleaseChange change, KubeApi api, Rollback rollback, boolean isTrial) {
        Invocation said = change.said();
        UpgradeCommand upgrade = rollback.upgrade(said.scratch().folder("chart"), isTrial);
        if (isTrial) {
            // What is not made never becomes ready, and leaves nothing to clean up.
            said.ifFlag("force", upgrade::force);
        } else {
            ChangeOptions.of(upgrade).apply(said);
        }
        Consumer<String> told =
                isTrial || said.has("debug") ? line -> said.err().println(line) : _ -> {};
        try (StorageLens lens = new StorageLens(api, randomness, rollback, isTrial, told)) {
            lens.start();
            Release unused = upgrade.withKubeConfigContents(lens.kubeconfig()).call();
        }
    }

    private String uninstall(Invocation said) {
        String cascade = said.text("cascade").isEmpty() ? "background" : said.text("cascade");
        if (!List.of("background", "foreground", "orphan").contains(cascade)) {
            throw new HelmException(
                    "invalid cascade value ("
                            + cascade
                            + "). Must be \"background\", \"foreground\", or \"orphan\"");
        }
        List<String> lines = new ArrayList<>();
        for (String name : said.parameters()) {
            ReleaseChange change = ReleaseChange.of(said, ticker, name);
            lines.add(
                    change.run(
                            Recovery.Way.NONE,
                            "",
                            (api, store) -> uninstall(change, api, store, cascade)));
        }
        return String.join("", lines);
    }

    private String uninstall(
            ReleaseChange change, KubeApi api, ReleaseStore store, String cascade) {
        Invocation said = change.said();
        Optional<ReleaseRecord> last = store.last(change.namespace(), change.name());
        UninstallCommand uninstall =
                Helm.uninstall(change.name())
                        .withNamespace(change.namespace())
                        .withKubeConfig(change.settings().libraryKubeconfig())
                        .withCascade(
                                UninstallCommand.Cascade.valueOf(cascade.toUpperCase(Locale.ROOT)));
        said.ifFlag("keep-history", uninstall::keepHistory);
        said.ifFlag("ignore-not-found", uninstall::ignoreNotFound);
        said.ifFlag("dry-run", uninstall::dryRun);
        said.ifFlag("no-hooks", uninstall::noHooks);
        String text = uninstall.call();
        if (said.has("wait") && !said.has("dry-run") && last.isPresent()) {
            new Removal(api, ticker).await(last.get(), said.timeout());
        }
        return text;
    }

    private String test(Invocation said) {
        ReleaseChange change = ReleaseChange.of(said, ticker, said.parameter(0));
        return change.run(
                Recovery.Way.NONE,
                "",
                (api, store) -> {
                    TestCommand test =
                            Helm.test(change.name())
                                    .withNamespace(change.namespace())
                                    .withTimeout((int) said.timeout().toSeconds())
                                    .withKubeConfig(change.settings().libraryKubeconfig());
                    ReleaseRecord before = change.last(store);
                    try {
                        Release unused = test.call();
                    } finally {
                        ReleaseRecord release = change.last(store);
                        said.out().print(Printed.status(release, said));
                        if (said.has("logs")) {
                            logs(api, before, said);
                        }
                    }
                    return "";
                });
    }

    private static void logs(KubeApi api, ReleaseRecord release, Invocation said) {
        for (JsonObject hook : release.hooks("test")) {
            String pod = hook.string("name");
            try {
                String namespace =
                        Documents.namespace(hook.string("manifest"), release.namespace());
                said.out().println("\nPOD LOGS: " + pod);
                said.out()
                        .println(
                                api.text(
                                        "/api/v1/namespaces/"
                                                + namespace
                                                + "/pods/"
                                                + pod
                                                + "/log"));
            } catch (IOException e) {
                throw new HelmException("unable to get pod logs for " + pod, e);
            }
        }
    }
}

package kat.packages;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.InstallCommand;
import com.marcnuri.helm.ListCommand;
import com.marcnuri.helm.Release;
import com.marcnuri.helm.ReleaseHistory;
import com.marcnuri.helm.TemplateCommand;
import com.marcnuri.helm.TestCommand;
import com.marcnuri.helm.UninstallCommand;
import com.marcnuri.helm.UpgradeCommand;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine.ParseResult;

/// Helm's commands that make, change and show releases in a cluster.
final class Releases {

    private static final List<String> CLUSTER = List.of("namespace", "kubeconfig");
    private static final List<String> VALUES = List.of("set", "set-file", "values");
    private static final List<String> CHANGE =
            List.of(
                    "create-namespace",
                    "wait",
                    "timeout",
                    "atomic",
                    "dry-run",
                    "version",
                    "description",
                    "dependency-update",
                    "skip-crds",
                    "debug");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss Z");

    private final Map<String, String> environment;

    Releases(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    List<HelmVerb> verbs() {
        return Stream.concat(changing().stream(), showing().stream()).toList();
    }

    private List<HelmVerb> changing() {
        return List.of(
                new HelmVerb(
                        "install",
                        "Install a chart.",
                        List.of("NAME", "CHART"),
                        join(CLUSTER, VALUES, CHANGE),
                        this::install),
                new HelmVerb(
                        "upgrade",
                        "Upgrade a release, or with --install make it.",
                        List.of("NAME", "CHART"),
                        join(
                                CLUSTER,
                                VALUES,
                                CHANGE,
                                List.of(
                                        "install",
                                        "force",
                                        "reset-values",
                                        "reuse-values",
                                        "reset-then-reuse-values",
                                        "cleanup-on-fail")),
                        this::upgrade),
                new HelmVerb(
                        "template",
                        "Show the objects that a chart makes.",
                        List.of("NAME", "CHART"),
                        join(CLUSTER, VALUES, List.of("version", "dependency-update", "debug")),
                        this::template),
                new HelmVerb(
                        "uninstall",
                        "Remove a release and its objects.",
                        List.of("NAME"),
                        join(
                                CLUSTER,
                                List.of("keep-history", "ignore-not-found", "dry-run", "no-hooks")),
                        this::uninstall));
    }

    private List<HelmVerb> showing() {
        return List.of(
                new HelmVerb(
                        "list",
                        "List releases.",
                        List.of(),
                        join(
                                CLUSTER,
                                List.of("all-namespaces", "all", "deployed", "failed", "pending")),
                        this::list),
                new HelmVerb(
                        "status",
                        "Show the state of a release.",
                        List.of("NAME"),
                        join(CLUSTER, List.of("revision")),
                        this::status),
                new HelmVerb(
                        "history",
                        "Show the revisions of a release.",
                        List.of("NAME"),
                        join(CLUSTER, List.of("max")),
                        this::history),
                new HelmVerb(
                        "get values",
                        "Show the values that a release was given.",
                        List.of("NAME"),
                        join(CLUSTER, List.of("revision", "all")),
                        this::values),
                new HelmVerb(
                        "test",
                        "Run the tests of a release.",
                        List.of("NAME"),
                        join(CLUSTER, List.of("timeout")),
                        this::test));
    }

    @SafeVarargs
    private static List<String> join(List<String>... lists) {
        List<String> all = new ArrayList<>();
        for (List<String> list : lists) {
            all.addAll(list);
        }
        return all;
    }

    private static String namespace(ParseResult args) {
        String said = HelmOptions.text(args, "namespace");
        return said.isEmpty() ? "default" : said;
    }

    private Path kubeconfig(ParseResult args) {
        String said = HelmOptions.text(args, "kubeconfig");
        if (said.isEmpty()) {
            said = environment.getOrDefault("KUBECONFIG", "");
        }
        return said.isEmpty()
                ? Path.of(environment.getOrDefault("HOME", "/"), ".kube", "config")
                : Path.of(said).toAbsolutePath();
    }

    private static Helm chart(ParseResult args) {
        return new Helm(Charts.folder(HelmOptions.parameter(args, 1)));
    }

    private String install(ParseResult args) {
        InstallCommand install =
                chart(args)
                        .install()
                        .withName(HelmOptions.parameter(args, 0))
                        .withNamespace(namespace(args))
                        .withKubeConfig(kubeconfig(args));
        HelmOptions.sets(args, "set", install::set);
        HelmOptions.sets(
                args,
                "set-file",
                (key, file) -> install.setFile(key, Path.of(file).toAbsolutePath()));
        HelmOptions.valuesFiles(args, install::withValuesFile);
        HelmOptions.ifFlag(args, "create-namespace", install::createNamespace);
        HelmOptions.ifFlag(args, "wait", install::waitReady);
        HelmOptions.ifFlag(args, "atomic", install::atomic);
        HelmOptions.ifFlag(args, "dry-run", install::dryRun);
        HelmOptions.ifFlag(args, "dependency-update", install::dependencyUpdate);
        HelmOptions.ifFlag(args, "skip-crds", install::skipCrds);
        HelmOptions.ifFlag(args, "debug", install::debug);
        HelmOptions.ifSaid(args, "version", install::withVersion);
        HelmOptions.ifSaid(args, "description", install::withDescription);
        HelmOptions.ifSaid(args, "timeout", said -> install.withTimeout(HelmOptions.seconds(said)));
        return install.call().getOutput();
    }

    private String upgrade(ParseResult args) {
        UpgradeCommand upgrade =
                chart(args)
                        .upgrade()
                        .withName(HelmOptions.parameter(args, 0))
                        .withNamespace(namespace(args))
                        .withKubeConfig(kubeconfig(args));
        HelmOptions.sets(args, "set", upgrade::set);
        HelmOptions.sets(
                args,
                "set-file",
                (key, file) -> upgrade.setFile(key, Path.of(file).toAbsolutePath()));
        HelmOptions.valuesFiles(args, upgrade::withValuesFile);
        HelmOptions.ifFlag(args, "install", upgrade::install);
        HelmOptions.ifFlag(args, "force", upgrade::force);
        HelmOptions.ifFlag(args, "reset-values", upgrade::resetValues);
        HelmOptions.ifFlag(args, "reuse-values", upgrade::reuseValues);
        HelmOptions.ifFlag(args, "reset-then-reuse-values", upgrade::resetThenReuseValues);
        HelmOptions.ifFlag(args, "cleanup-on-fail", upgrade::cleanupOnFail);
        HelmOptions.ifFlag(args, "create-namespace", upgrade::createNamespace);
        HelmOptions.ifFlag(args, "wait", upgrade::waitReady);
        HelmOptions.ifFlag(args, "atomic", upgrade::atomic);
        HelmOptions.ifFlag(args, "dry-run", upgrade::dryRun);
        HelmOptions.ifFlag(args, "dependency-update", upgrade::dependencyUpdate);
        HelmOptions.ifFlag(args, "skip-crds", upgrade::skipCrds);
        HelmOptions.ifFlag(args, "debug", upgrade::debug);
        HelmOptions.ifSaid(args, "version", upgrade::withVersion);
        HelmOptions.ifSaid(args, "description", upgrade::withDescription);
        HelmOptions.ifSaid(args, "timeout", said -> upgrade.withTimeout(HelmOptions.seconds(said)));
        return upgrade.call().getOutput();
    }

    private String template(ParseResult args) {
        TemplateCommand template =
                chart(args)
                        .template()
                        .withName(HelmOptions.parameter(args, 0))
                        .withNamespace(namespace(args));
        HelmOptions.sets(args, "set", template::set);
        HelmOptions.sets(
                args,
                "set-file",
                (key, file) -> template.setFile(key, Path.of(file).toAbsolutePath()));
        HelmOptions.valuesFiles(args, template::withValuesFile);
        HelmOptions.ifFlag(args, "dependency-update", template::dependencyUpdate);
        HelmOptions.ifFlag(args, "debug", template::debug);
        HelmOptions.ifSaid(args, "version", template::withVersion);
        return template.call();
    }

    private String uninstall(ParseResult args) {
        UninstallCommand uninstall =
                Helm.uninstall(HelmOptions.parameter(args, 0))
                        .withNamespace(namespace(args))
                        .withKubeConfig(kubeconfig(args));
        HelmOptions.ifFlag(args, "keep-history", uninstall::keepHistory);
        HelmOptions.ifFlag(args, "ignore-not-found", uninstall::ignoreNotFound);
        HelmOptions.ifFlag(args, "dry-run", uninstall::dryRun);
        HelmOptions.ifFlag(args, "no-hooks", uninstall::noHooks);
        return uninstall.call();
    }

    private String list(ParseResult args) {
        ListCommand list = Helm.list().withKubeConfig(kubeconfig(args));
        HelmOptions.ifFlag(args, "all-namespaces", list::allNamespaces);
        if (!args.matchedOptionValue("--all-namespaces", false)) {
            list.withNamespace(namespace(args));
        }
        HelmOptions.ifFlag(args, "all", list::all);
        HelmOptions.ifFlag(args, "deployed", list::deployed);
        HelmOptions.ifFlag(args, "failed", list::failed);
        HelmOptions.ifFlag(args, "pending", list::pending);
        List<List<String>> rows = new ArrayList<>();
        rows.add(
                List.of(
                        "NAME",
                        "NAMESPACE",
                        "REVISION",
                        "UPDATED",
                        "STATUS",
                        "CHART",
                        "APP VERSION"));
        for (Release release : list.call()) {
            rows.add(
                    List.of(
                            release.getName(),
                            release.getNamespace(),
                            release.getRevision(),
                            time(release.getLastDeployed()),
                            release.getStatus(),
                            release.getChart(),
                            release.getAppVersion()));
        }
        return Columns.of(rows);
    }

    private String status(ParseResult args) {
        com.marcnuri.helm.StatusCommand status =
                Helm.status(HelmOptions.parameter(args, 0))
                        .withNamespace(namespace(args))
                        .withKubeConfig(kubeconfig(args));
        HelmOptions.ifSaid(args, "revision", said -> status.withRevision(HelmOptions.number(said)));
        return status.call().getOutput();
    }

    private String history(ParseResult args) {
        com.marcnuri.helm.HistoryCommand history =
                Helm.history(HelmOptions.parameter(args, 0))
                        .withNamespace(namespace(args))
                        .withKubeConfig(kubeconfig(args));
        HelmOptions.ifSaid(args, "max", said -> history.withMax(HelmOptions.number(said)));
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("REVISION", "UPDATED", "STATUS", "CHART", "APP VERSION", "DESCRIPTION"));
        for (ReleaseHistory revision : history.call()) {
            rows.add(
                    List.of(
                            String.valueOf(revision.getRevision()),
                            time(revision.getUpdated()),
                            revision.getStatus(),
                            revision.getChart(),
                            revision.getAppVersion(),
                            revision.getDescription()));
        }
        return Columns.of(rows);
    }

    private String values(ParseResult args) {
        com.marcnuri.helm.GetCommand.GetValuesSubcommand values =
                Helm.get(HelmOptions.parameter(args, 0))
                        .values()
                        .withNamespace(namespace(args))
                        .withKubeConfig(kubeconfig(args));
        HelmOptions.ifFlag(args, "all", values::allValues);
        HelmOptions.ifSaid(args, "revision", said -> values.withRevision(HelmOptions.number(said)));
        return values.call();
    }

    private String test(ParseResult args) {
        TestCommand test =
                Helm.test(HelmOptions.parameter(args, 0))
                        .withNamespace(namespace(args))
                        .withKubeConfig(kubeconfig(args));
        HelmOptions.ifSaid(args, "timeout", said -> test.withTimeout(HelmOptions.seconds(said)));
        return test.call().getOutput();
    }

    private static String time(ZonedDateTime time) {
        return TIME.format(time);
    }
}

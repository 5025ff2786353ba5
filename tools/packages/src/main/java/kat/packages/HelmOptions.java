package kat.packages;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// The flags of Helm's commands: their forms and how they are read.
final class HelmOptions {

    private enum Form {
        FLAG,
        TEXT,
        LIST
    }

    private static final Set<String> TEXTS =
            Set.of(
                    "namespace",
                    "kubeconfig",
                    "kube-context",
                    "registry-config",
                    "repository-config",
                    "repository-cache",
                    "version",
                    "description",
                    "timeout",
                    "revision",
                    "max",
                    "offset",
                    "cascade",
                    "destination",
                    "untardir",
                    "output",
                    "selector",
                    "filter",
                    "time-format",
                    "name-template",
                    "kube-version",
                    "output-dir",
                    "repo",
                    "username",
                    "password",
                    "cert-file",
                    "key-file",
                    "ca-file",
                    "keyring",
                    "url",
                    "merge",
                    "max-col-width",
                    "history-max",
                    "dry-run",
                    "key",
                    "passphrase-file",
                    "app-version",
                    "template",
                    "list-repo-url");

    private static final Set<String> LISTS =
            Set.of(
                    "set",
                    "set-file",
                    "set-string",
                    "set-json",
                    "set-literal",
                    "values",
                    "show-only",
                    "labels",
                    "test-filter",
                    "api-versions");

    /// Flags that may stand without their value, and what they then mean.
    private static final Map<String, String> ALONE = Map.of("dry-run", "client");

    private static final Map<String, List<String>> SHORT =
            Map.ofEntries(
                    Map.entry("namespace", List.of("-n")),
                    Map.entry("values", List.of("-f")),
                    Map.entry("filter", List.of("-f")),
                    Map.entry("install", List.of("-i")),
                    Map.entry("all-namespaces", List.of("-A")),
                    Map.entry("all", List.of("-a")),
                    Map.entry("short", List.of("-q")),
                    Map.entry("date", List.of("-d")),
                    Map.entry("reverse", List.of("-r")),
                    Map.entry("regexp", List.of("-r")),
                    Map.entry("max", List.of("-m")),
                    Map.entry("selector", List.of("-l")),
                    Map.entry("labels", List.of("-l")),
                    Map.entry("versions", List.of("-l")),
                    Map.entry("output", List.of("-o")),
                    Map.entry("generate-name", List.of("-g")),
                    Map.entry("show-only", List.of("-s")),
                    Map.entry("atomic", List.of("--rollback-on-failure")),
                    Map.entry("force", List.of("--force-replace")),
                    Map.entry("username", List.of("-u")),
                    Map.entry("password", List.of("-p")),
                    Map.entry("destination", List.of("-d")));

    /// Flags that every command takes, before and after its words.
    static final List<String> EVERYWHERE =
            List.of("namespace", "kubeconfig", "kube-context", "repository-config", "debug");

    private static final Pattern DURATION =
            Pattern.compile("(?:(\\d+)h)?(?:(\\d+)m)?(?:(\\d+)s)?(?:\\d+ms)?");

    private HelmOptions() {}

    static void add(CommandSpec spec, HelmVerb verb) {
        for (String flag : verb.flags()) {
            spec.addOption(option(flag, verb.name()));
        }
        everywhere(spec);
        spec.addPositional(
                PositionalParamSpec.builder()
                        .index("0..*")
                        .arity("0..*")
                        .type(List.class)
                        .auxiliaryTypes(String.class)
                        .paramLabel(verb.parameters())
                        .build());
    }

    static void everywhere(CommandSpec spec) {
        EVERYWHERE.forEach(flag -> spec.addOption(option(flag, "")));
    }

    private static OptionSpec option(String flag, String verb) {
        List<String> names = new ArrayList<>();
        // One letter means different flags in different commands; the first of a command has it.
        boolean isLong = verb.equals("repo add");
        if (!isLong) {
            names.addAll(SHORT.getOrDefault(flag, List.of()));
        }
        names.add("--" + flag);
        OptionSpec.Builder option = OptionSpec.builder(names.toArray(String[]::new));
        return switch (form(flag)) {
            case FLAG -> option.type(boolean.class).arity("0").build();
            case TEXT -> option.type(String.class).arity("1").build();
            case LIST -> option.type(List.class).auxiliaryTypes(String.class).arity("1").build();
        };
    }

    private static Form form(String flag) {
        if (LISTS.contains(flag)) {
            return Form.LIST;
        }
        return TEXTS.contains(flag) ? Form.TEXT : Form.FLAG;
    }

    /// The words with `--flag=false` left out, `--flag=true` short, and `--dry-run` long:
    /// forms that Helm takes and the parser does not.
    static String[] plain(String[] words) {
        List<String> plain = new ArrayList<>();
        for (String word : words) {
            int equals = word.indexOf('=');
            String flag = equals > 0 ? word.substring(0, equals) : word;
            String value = equals > 0 ? word.substring(equals + 1) : "";
            boolean isLong = flag.startsWith("--") && flag.length() > 2;
            String name = isLong ? flag.substring(2) : "";
            if (isLong && ALONE.containsKey(name) && equals < 0) {
                plain.add(word + "=" + ALONE.get(name));
            } else if (isLong && equals > 0 && form(name) == Form.FLAG) {
                if (!value.equals("false") && !value.equals("none")) {
                    plain.add(flag);
                }
            } else {
                plain.add(word);
            }
        }
        return plain.toArray(String[]::new);
    }

    /// @return seconds
    static int seconds(String duration) {
        Matcher parts = DURATION.matcher(duration);
        if (duration.isEmpty() || !parts.matches()) {
            throw new HelmException(
                    "invalid argument \""
                            + duration
                            + "\" for \"--timeout\" flag: time: invalid duration \""
                            + duration
                            + "\"");
        }
        return (number(parts.group(1)) * 60 + number(parts.group(2))) * 60 + number(parts.group(3));
    }

    static int number(@Nullable String digits) {
        try {
            return digits == null || digits.isEmpty() ? 0 : Integer.parseInt(digits);
        } catch (NumberFormatException e) {
            throw new HelmException("\"" + digits + "\" is no number");
        }
    }
}

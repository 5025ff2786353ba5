package kat.packages;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/// The flags of Helm's commands: their forms and how they are read.
final class HelmOptions {

    private enum Form {
        FLAG,
        TEXT,
        LIST
    }

    private static final Map<String, Form> FORMS =
            Map.ofEntries(
                    Map.entry("namespace", Form.TEXT),
                    Map.entry("kubeconfig", Form.TEXT),
                    Map.entry("version", Form.TEXT),
                    Map.entry("description", Form.TEXT),
                    Map.entry("timeout", Form.TEXT),
                    Map.entry("revision", Form.TEXT),
                    Map.entry("max", Form.TEXT),
                    Map.entry("cascade", Form.TEXT),
                    Map.entry("destination", Form.TEXT),
                    Map.entry("set", Form.LIST),
                    Map.entry("set-file", Form.LIST),
                    Map.entry("values", Form.LIST));

    private static final Map<String, String> SHORT =
            Map.of(
                    "namespace", "-n",
                    "values", "-f",
                    "install", "-i",
                    "all-namespaces", "-A",
                    "all", "-a",
                    "destination", "-d");

    private static final Pattern DURATION = Pattern.compile("(?:(\\d+)h)?(?:(\\d+)m)?(?:(\\d+)s)?");

    private HelmOptions() {}

    static void add(CommandSpec spec, HelmVerb verb) {
        for (String flag : verb.flags()) {
            spec.addOption(option(flag));
        }
        for (int i = 0; i < verb.parameters().size(); i++) {
            String label = verb.parameters().get(i);
            boolean isOptional = label.startsWith("[");
            spec.addPositional(
                    PositionalParamSpec.builder()
                            .index(String.valueOf(i))
                            .arity(isOptional ? "0..1" : "1")
                            .type(String.class)
                            .paramLabel(label)
                            .build());
        }
    }

    private static OptionSpec option(String flag) {
        String brief = SHORT.getOrDefault(flag, "");
        OptionSpec.Builder option =
                brief.isEmpty()
                        ? OptionSpec.builder("--" + flag)
                        : OptionSpec.builder(brief, "--" + flag);
        return switch (FORMS.getOrDefault(flag, Form.FLAG)) {
            case FLAG -> option.type(boolean.class).arity("0").build();
            case TEXT -> option.type(String.class).arity("1").build();
            case LIST -> option.type(List.class).auxiliaryTypes(String.class).arity("1").build();
        };
    }

    static String parameter(ParseResult args, int index) {
        return args.matchedPositionalValue(index, "");
    }

    static String text(ParseResult args, String flag) {
        return known(args, flag) ? args.matchedOptionValue("--" + flag, "") : "";
    }

    static void ifSaid(ParseResult args, String flag, Consumer<String> use) {
        String value = text(args, flag);
        if (!value.isEmpty()) {
            use.accept(value);
        }
    }

    static void ifFlag(ParseResult args, String flag, Runnable use) {
        if (known(args, flag) && args.matchedOptionValue("--" + flag, false)) {
            use.run();
        }
    }

    private static boolean known(ParseResult args, String flag) {
        return args.commandSpec().findOption("--" + flag) != null;
    }

    /// The `--set` values, one key at a time.
    static void sets(ParseResult args, String flag, BiConsumer<String, String> use) {
        for (String said : args.matchedOptionValue("--" + flag, List.<String>of())) {
            int equals = said.indexOf('=');
            if (equals < 1) {
                throw new HelmException(
                        "failed parsing --" + flag + " data: key \"" + said + "\" has no value");
            }
            use.accept(said.substring(0, equals), said.substring(equals + 1));
        }
    }

    static void valuesFiles(ParseResult args, Consumer<Path> use) {
        for (String file : args.matchedOptionValue("--values", List.<String>of())) {
            use.accept(Path.of(file).toAbsolutePath());
        }
    }

    /// @return seconds
    static int seconds(String duration) {
        Matcher parts = DURATION.matcher(duration);
        if (duration.isEmpty() || !parts.matches()) {
            throw new HelmException("invalid duration \"" + duration + "\"");
        }
        return (number(parts.group(1)) * 60 + number(parts.group(2))) * 60 + number(parts.group(3));
    }

    static int number(@org.jspecify.annotations.Nullable String digits) {
        try {
            return digits == null || digits.isEmpty() ? 0 : Integer.parseInt(digits);
        } catch (NumberFormatException e) {
            throw new HelmException("\"" + digits + "\" is no number");
        }
    }
}

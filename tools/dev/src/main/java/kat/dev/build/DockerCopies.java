package kat.dev.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kat.api.json.Json;
import kat.api.json.JsonArray;
import kat.api.json.JsonException;
import kat.dev.config.Builder;
import kat.dev.config.DevException;

/// Where the COPY and ADD of a Dockerfile's last stage put the files of a context.
///
/// What comes from other stages and addresses is not of the context and is left aside.
///
/// **Source:** the reference of Dockerfiles: arguments end with their stage, stages go on with
/// those of the stage that they are made from, and ENV goes before ARG.
public final class DockerCopies {

    private static final Pattern VARIABLE =
            Pattern.compile("\\$(?:\\{(\\w+)(?::-([^}]*))?}|(\\w+))");

    private final Path context;
    private final List<Copy> copies;

    /// One source of an instruction.
    ///
    /// @param to absolute; ends with `/` where it is a folder for sure
    private record Copy(String from, String to) {}

    private DockerCopies(Path context, List<Copy> copies) {
        this.context = context;
        this.copies = List.copyOf(copies);
    }

    /// @param folder the working folder of the image
    /// @throws DevException when the file cannot be read
    public static DockerCopies of(Path context, Builder.Docker docker, String folder) {
        Path file = context.resolve(docker.dockerfile());
        try {
            return of(context, Files.readAllLines(file), docker, folder);
        } catch (IOException e) {
            throw new DevException("cannot read the Dockerfile " + file, e);
        }
    }

    /// The files of a context that any stage takes, as far as its Dockerfile tells.
    ///
    /// @return true for files that it takes, and for all files when it mounts its context,
    ///     takes nothing or names files by variables that have no value here
    static Predicate<String> taken(Path context, Builder.Docker docker) {
        Path file = context.resolve(docker.dockerfile());
        try {
            Reader reader = new Reader(docker.buildArgs(), "/");
            joined(Files.readAllLines(file)).forEach(reader::read);
            DockerCopies all = new DockerCopies(context, reader.all);
            boolean isUnsure = reader.isUnsure || reader.all.isEmpty();
            return name -> isUnsure || all.place(name).isPresent();
        } catch (NoSuchFileException missing) {
            // The build tells it.
            return _ -> true;
        } catch (IOException e) {
            throw new DevException("cannot read the Dockerfile " + file, e);
        }
    }

    static DockerCopies of(Path context, List<String> lines, Builder.Docker docker, String folder) {
        Stage last = read(lines, docker, "/").stage;
        String base = last.isFromBase ? base(last.folder, folder.isEmpty() ? "/" : folder) : "";
        return new DockerCopies(context, read(lines, docker, base).places());
    }

    private static Reader read(List<String> lines, Builder.Docker docker, String base) {
        Reader reader = new Reader(docker.buildArgs(), base);
        for (String line : joined(lines)) {
            if (reader.ends(line, docker.target())) {
                break;
            }
            reader.read(line);
        }
        return reader;
    }

    /// The working folder of the base image, which no instruction tells: what is before the
    /// steps that relative WORKDIRs add to it.
    ///
    /// @param fromRoot where the instructions end when they begin at `/`
    /// @param end where they do end
    /// @return empty when the instructions do not lead to that end
    private static String base(String fromRoot, String end) {
        Path said = Path.of(fromRoot).normalize();
        Path is = Path.of(end).normalize();
        if (said.getNameCount() == 0 || said.equals(is)) {
            return said.equals(is) ? "/" : end;
        }
        int more = is.getNameCount() - said.getNameCount();
        return more > 0 && is.endsWith(said.subpath(0, said.getNameCount()))
                ? "/" + is.subpath(0, more)
                : "";
    }

    /// Instructions, each on one line, without comments.
    private static List<String> joined(List<String> lines) {
        List<String> joined = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String one : lines) {
            String text = one.strip();
            if (text.startsWith("#") || text.isEmpty()) {
                continue;
            }
            if (text.endsWith("\\")) {
                line.append(text, 0, text.length() - 1).append(' ');
            } else {
                joined.add(line.append(text).toString());
                line.setLength(0);
            }
        }
        return joined;
    }

    /// What holds from a FROM on.
    private static final class Stage {
        private final Map<String, String> variables = new HashMap<>();

        /// Variables that have a value which is not known here.
        private final Set<String> unknown = new HashSet<>();

        /// Variables of ENV, which no ARG changes.
        private final Set<String> environment = new HashSet<>();

        private boolean isUnsure;

        /// The working folder; empty while it is not known.
        private String folder;

        /// Whether no instruction has named a working folder from the root on.
        private boolean isFromBase = true;

        Stage(String folder) {
            this.folder = folder;
        }

        /// One that goes on where another ended.
        Stage(Stage base) {
            variables.putAll(base.variables);
            unknown.addAll(base.unknown);
            environment.addAll(base.environment);
            isUnsure = base.isUnsure;
            folder = base.folder;
            isFromBase = base.isFromBase;
        }

        void set(String name, Optional<String> value) {
            value.ifPresent(known -> variables.put(name, known));
            if (value.isPresent()) {
                unknown.remove(name);
            } else {
                unknown.add(name);
            }
        }

        /// A text with the values of its variables; empty when one is not known here.
        Optional<String> expanded(String text) {
            Matcher variable = VARIABLE.matcher(text);
            if (text.contains("\\$") || variable.replaceAll("").contains("$")) {
                return Optional.empty();
            }
            StringBuilder all = new StringBuilder();
            variable.reset();
            while (variable.find()) {
                String name = variable.group(1) == null ? variable.group(3) : variable.group(1);
                String absent = variable.group(2);
                String value = variables.getOrDefault(name, absent == null ? "" : absent);
                boolean isKnown = absent != null || variables.containsKey(name);
                if (unknown.contains(name) || !isKnown) {
                    return Optional.empty();
                }
                variable.appendReplacement(all, Matcher.quoteReplacement(value));
            }
            return Optional.of(variable.appendTail(all).toString());
        }
    }

    /// Goes through instructions and keeps what the present stage says.
    private static final class Reader {
        private final Map<String, String> arguments;
        private final Map<String, Stage> stages = new HashMap<>();
        private final List<Copy> copies = new ArrayList<>();
        private final List<Copy> all = new ArrayList<>();
        private final String base;

        /// What is said before the first FROM.
        private final Stage start;

        private boolean isUnsure;
        private String name = "";
        private Stage stage;

        /// @param base the working folder of images that are no stages; empty when not known
        Reader(Map<String, String> arguments, String base) {
            this.arguments = arguments;
            this.base = base;
            start = new Stage(base);
            stage = start;
        }

        /// Whether a stage begins after the one that is built.
        boolean ends(String line, String target) {
            return !target.isEmpty()
                    && name.equals(lower(target))
                    && line.matches("(?is)from\\s.*");
        }

        /// The copies of the present stage; none where a value of them is not known.
        List<Copy> places() {
            return stage.isUnsure ? List.of() : copies;
        }

        void read(String line) {
            String[] words = line.split("\\s+", 2);
            String rest = words.length == 2 ? words[1].strip() : "";
            switch (words[0].toUpperCase(Locale.ROOT)) {
                case "FROM" -> from(new ArrayList<>(List.of(rest.split("\\s+", -1))));
                case "WORKDIR" -> folder(known(rest));
                case "ARG" -> argument(rest);
                case "ENV" -> environment(rest);
                case "COPY", "ADD" -> copy(rest);
                case "RUN" -> isUnsure |= rest.contains("--mount");
                case "ONBUILD" -> isUnsure = true;
                default -> {
                    // The others move no files of the context.
                }
            }
        }

        private static String lower(String text) {
            return text.toLowerCase(Locale.ROOT);
        }

        /// Words of which a value is not known leave the stage unsure.
        private String known(String text) {
            Optional<String> value = stage.expanded(text);
            isUnsure |= value.isEmpty();
            stage.isUnsure |= value.isEmpty();
            return value.orElse(text);
        }

        private void from(List<String> words) {
            words.removeIf(word -> word.startsWith("--"));
            copies.clear();
            Optional<String> image = start.expanded(words.isEmpty() ? "" : words.getFirst());
            Stage base = stages.get(lower(image.orElse("")));
            stage = base == null ? new Stage(this.base) : new Stage(base);
            // It may be any of the stages.
            stage.isUnsure |= image.isEmpty();
            isUnsure |= image.isEmpty();
            name = words.size() == 3 && lower(words.get(1)).equals("as") ? lower(words.get(2)) : "";
            if (!name.isEmpty()) {
                stages.put(name, stage);
            }
        }

        private void argument(String said) {
            String[] parts = said.split("=", 2);
            String argument = parts[0];
            if (stage.environment.contains(argument)) {
                return;
            }
            String given = arguments.get(argument);
            if (given != null) {
                stage.set(argument, Optional.of(given).filter(value -> !value.contains("{{")));
            } else if (parts.length == 2) {
                stage.set(argument, stage.expanded(unquoted(parts[1])));
            } else if (start.unknown.contains(argument)) {
                stage.set(argument, Optional.empty());
            } else {
                stage.set(argument, Optional.of(start.variables.getOrDefault(argument, "")));
            }
        }

        private void environment(String said) {
            if (!said.contains("=")) {
                String[] parts = said.split("\\s+", 2);
                environment(parts[0], parts.length == 2 ? parts[1] : "");
                return;
            }
            for (String pair : said.split("\\s+", -1)) {
                String[] parts = pair.split("=", 2);
                environment(parts[0], parts.length == 2 ? unquoted(parts[1]) : "");
            }
        }

        private void environment(String variable, String value) {
            stage.set(variable, stage.expanded(value));
            stage.environment.add(variable);
        }

        private static String unquoted(String text) {
            return text.replaceAll("^([\"'])(.*)\\1$", "$2");
        }

        private void folder(String path) {
            boolean isAbsolute = path.startsWith("/");
            stage.folder = isAbsolute || !stage.folder.isEmpty() ? absolute(path) : "";
            stage.isFromBase &= !isAbsolute;
        }

        private String absolute(String path) {
            if (path.startsWith("/")) {
                return path;
            }
            stage.isUnsure |= stage.folder.isEmpty();
            return (stage.folder.equals("/") ? "" : stage.folder) + "/" + path;
        }

        private void copy(String said) {
            List<String> words = words(said);
            boolean isForeign = words.stream().anyMatch(word -> word.startsWith("--from="));
            words.removeIf(word -> word.startsWith("--"));
            isUnsure |= said.contains("<<");
            if (isForeign || words.size() < 2 || said.contains("<<")) {
                return;
            }
            words.replaceAll(this::known);
            String to = absolute(words.removeLast());
            boolean isFolder = to.endsWith("/") || to.endsWith("/.") || words.size() > 1;
            for (String from : words) {
                if (!from.contains("://")) {
                    String plain = from.startsWith("/") ? from.substring(1) : from;
                    Copy copy = new Copy(plain, isFolder && !to.endsWith("/") ? to + "/" : to);
                    copies.add(copy);
                    all.add(copy);
                }
            }
        }

        private static List<String> words(String said) {
            int list = said.indexOf('[');
            if (list >= 0 && said.endsWith("]")) {
                List<String> words = new ArrayList<>(List.of(said.substring(0, list).split(" ")));
                words.removeIf(String::isBlank);
                try {
                    byte[] json =
                            said.substring(list).getBytes(java.nio.charset.StandardCharsets.UTF_8);
                    if (Json.parse(json) instanceof JsonArray array) {
                        words.addAll(array.strings());
                        return words;
                    }
                } catch (JsonException notJson) {
                    return new ArrayList<>();
                }
            }
            return new ArrayList<>(List.of(said.split("\\s+", -1)));
        }
    }

    /// Where a file of the context lies in the image, by the last instruction that copies it;
    /// empty when none does.
    ///
    /// @param name relative to the context, with `/`
    public Optional<String> place(String name) {
        String place = "";
        for (Copy copy : copies) {
            String found = place(copy, name);
            place = found.isEmpty() ? place : found;
        }
        return place.isEmpty()
                ? Optional.empty()
                : Optional.of(Path.of(place).normalize().toString());
    }

    private String place(Copy copy, String name) {
        String from = Path.of(copy.from()).normalize().toString();
        String folder = copy.to().endsWith("/") ? copy.to() : copy.to() + "/";
        if (from.isEmpty()) {
            return folder + name;
        }
        Pattern pattern = Patterns.of(from);
        if (pattern.matcher(name).matches()) {
            String last = name.substring(name.lastIndexOf('/') + 1);
            return copy.to().endsWith("/") ? copy.to() + last : copy.to();
        }
        for (int at = name.indexOf('/'); at >= 0; at = name.indexOf('/', at + 1)) {
            boolean isBelow = pattern.matcher(name.substring(0, at)).matches();
            if (isBelow && !Files.isRegularFile(context.resolve(name.substring(0, at)))) {
                return folder + name.substring(at + 1);
            }
        }
        return "";
    }
}

package kat.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Sizes, package descriptions, links and stray markers of the sources.
class TidyTest {

    private static final int LONGEST_FILE = 500;
    private static final int LONGEST_METHOD = 60;
    private static final int LONGEST_LINE = 100;
    private static final int LONGEST_PACKAGE_INFO = 40;

    /// How many files are over [#LONGEST_FILE]; may only fall.
    private static final int LONG_FILES = 0;

    /// How many methods are over [#LONGEST_METHOD]; may only fall.
    private static final int LONG_METHODS = 2;

    private static final Pattern METHOD =
            Pattern.compile(
                    "^ {4}(?! )(?!.*(?:class|record|interface|enum) )[\\w@<>\\[\\], .?&]+\\(.*");
    private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:|#|mailto:)([^)#\\s]+)");
    private static final Path ROOT = root();

    private static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null && !Files.exists(folder.resolve("kat"))) {
            folder = folder.getParent();
        }
        return folder == null ? Path.of("") : folder;
    }

    private record Source(Path file, List<String> lines) {
        String where(int line) {
            return ROOT.relativize(file) + ":" + (line + 1);
        }

        boolean isTest() {
            return file.toString().contains("/src/test/");
        }
    }

    private static List<Path> files(String ending) throws IOException {
        try (Stream<Path> all = Files.walk(ROOT)) {
            return all.filter(file -> file.toString().endsWith(ending))
                    .filter(
                            file ->
                                    !file.toString()
                                            .matches(
                                                    ".*/(target|node_modules|\\.git|\\.toolchain)/.*"))
                    .sorted()
                    .toList();
        }
    }

    private static List<Source> sources() throws IOException {
        List<Source> sources = new ArrayList<>();
        for (Path file : files(".java")) {
            sources.add(new Source(file, Files.readAllLines(file)));
        }
        return sources;
    }

    @Test
    void sawTheSources() throws IOException {
        assertTrue(sources().size() > 200, "saw only " + sources().size() + " sources");
    }

    @Test
    void filesAreOneIdeaLong() throws IOException {
        List<String> tooLong = new ArrayList<>();
        for (Source source : sources()) {
            if (source.lines().size() > LONGEST_FILE) {
                tooLong.add(source.where(0) + " has " + source.lines().size() + " lines");
            }
        }
        assertEquals(
                LONG_FILES,
                tooLong.size(),
                "files have at most " + LONGEST_FILE + " lines, split by idea: " + tooLong);
    }

    @Test
    void methodsFitOnAScreen() throws IOException {
        List<String> tooLong = new ArrayList<>();
        for (Source source : sources()) {
            tooLong.addAll(longMethods(source));
        }
        assertEquals(
                LONG_METHODS,
                tooLong.size(),
                "methods have at most " + LONGEST_METHOD + " lines; these are longer: " + tooLong);
    }

    private static List<String> longMethods(Source source) {
        List<String> found = new ArrayList<>();
        int start = -1;
        for (int i = 0; i < source.lines().size(); i++) {
            String line = source.lines().get(i);
            if (METHOD.matcher(line).matches() && !line.endsWith(";")) {
                start = i;
            } else if (line.equals("    }") && start >= 0) {
                if (i - start + 1 > LONGEST_METHOD) {
                    found.add(source.where(start) + " (" + (i - start + 1) + ")");
                }
                start = -1;
            }
        }
        return found;
    }

    @Test
    void linesFitTheColumns() throws IOException {
        List<String> tooWide = new ArrayList<>();
        for (Source source : sources()) {
            for (int i = 0; i < source.lines().size(); i++) {
                String line = source.lines().get(i);
                boolean exempt = line.startsWith("import ") || line.contains("\"");
                if (line.length() > LONGEST_LINE && !exempt) {
                    tooWide.add(source.where(i));
                }
            }
        }
        none(tooWide, "lines have at most " + LONGEST_LINE + " columns");
    }

    /// A formatter that breaks a long line of `///` goes on with `//`, which is lost to readers
    /// of the documentation.
    @Test
    void documentationIsNotCutInTwo() throws IOException {
        List<String> cut = new ArrayList<>();
        for (Source source : sources()) {
            for (int i = 1; i < source.lines().size(); i++) {
                boolean isBehind = source.lines().get(i - 1).strip().startsWith("///");
                if (isBehind && source.lines().get(i).strip().matches("//[^/].*")) {
                    cut.add(source.where(i));
                }
            }
        }
        none(cut, "documentation goes on with ///, not with //");
    }

    @Test
    void theCommandBuildsAllProgramsOfAddons() throws IOException {
        Pattern list = Pattern.compile("(?m)^built=(.*)$");
        Matcher built = list.matcher(Files.readString(ROOT.resolve("kat")));
        assertTrue(built.find(), "kat names what it builds");
        List<String> modules = List.of(built.group(1).split(",", -1));
        List<Path> programs =
                files("src/main/resources/META-INF/services/kat.client.addon.Program");

        assertTrue(programs.size() >= 2, "saw only " + programs);
        for (Path program : programs) {
            String path = ROOT.relativize(program).toString();
            String module = path.substring(0, path.indexOf("/src/"));
            assertTrue(modules.contains(module), module + " is to be in kat's list of modules");
        }
    }

    @Test
    void packagesIntroduceThemselves() throws IOException {
        List<String> faults = new ArrayList<>();
        for (Source source : sources()) {
            Path description = source.file().resolveSibling("package-info.java");
            if (!source.isTest() && !Files.exists(description)) {
                faults.add(source.where(0) + " has no package-info.java beside it");
            }
            boolean isDescription = source.file().endsWith("package-info.java");
            if (isDescription && source.lines().size() > LONGEST_PACKAGE_INFO) {
                faults.add(source.where(0) + " is longer than " + LONGEST_PACKAGE_INFO + " lines");
            }
        }
        none(faults, "a package says what lives there, how to read it, what it must not know");
    }

    @Test
    void noMarkersOfUnfinishedWork() throws IOException {
        Pattern marker =
                Pattern.compile("\\b(FIX" + "ME|XX" + "X|HA" + "CK)\\b|TO" + "DO(?!\\(#\\d+\\))");
        stray(marker.asPredicate(), "open work belongs into an issue: TO" + "DO(#issue)");
    }

    @Test
    void nothingIsSilencedOrAsleep() throws IOException {
        List<String> found = new ArrayList<>();
        for (Source source : sources()) {
            for (int i = 0; i < source.lines().size(); i++) {
                String line = source.lines().get(i);
                boolean self = source.file().endsWith("TidyTest.java");
                boolean silenced = line.contains("@SuppressWarnings") && !hasReason(source, i);
                boolean off = line.contains("@Disabled") || line.contains("printStackTrace(");
                if (!self && (silenced || off)) {
                    found.add(source.where(i));
                }
            }
        }
        none(found, "mend the cause; a warning is silenced only with its reason on the line above");
    }

    private static boolean hasReason(Source source, int line) {
        return line > 0 && source.lines().get(line - 1).strip().startsWith("//");
    }

    @Test
    void linksOfDocumentsLeadSomewhere() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path file : files(".md")) {
            Matcher link = LINK.matcher(Files.readString(file));
            while (link.find()) {
                Path target = file.resolveSibling(link.group(1)).normalize();
                if (!Files.exists(target)) {
                    broken.add(ROOT.relativize(file) + " -> " + link.group(1));
                }
            }
        }
        none(broken, "links of documents lead to files that exist");
    }

    private static void stray(Predicate<String> marker, String rule) throws IOException {
        List<String> found = new ArrayList<>();
        for (Source source : sources()) {
            for (int i = 0; i < source.lines().size(); i++) {
                if (marker.test(source.lines().get(i))) {
                    found.add(source.where(i));
                }
            }
        }
        none(found, rule);
    }

    private static void none(List<String> faults, String rule) {
        assertTrue(faults.isEmpty(), () -> rule + ":\n  " + String.join("\n  ", faults));
    }
}

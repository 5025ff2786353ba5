package kat.api.regex;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Sets of characters that have names: `\d`, `[:alpha:]`, `\p{Greek}`.
///
/// **Threads:** any.
///
/// **Source:** RE2's syntax page; Go's `regexp/syntax` for which names of Unicode it knows.
/// Those of scripts in several words are none there, however they are written.
final class NamedClasses {

    private static final int ASCII = 128;
    private static final CodePoints DIGIT = CodePoints.of("09");
    private static final CodePoints SPACE = CodePoints.of("\t\n\f\r  ");

    private static final Map<String, CodePoints> POSIX =
            Map.ofEntries(
                    Map.entry("alnum", CodePoints.of("09AZaz")),
                    Map.entry("alpha", CodePoints.of("AZaz")),
                    Map.entry("ascii", CodePoints.of("\0\177")),
                    Map.entry("blank", CodePoints.of("\t\t  ")),
                    Map.entry("cntrl", CodePoints.of("\0\37\177\177")),
                    Map.entry("digit", DIGIT),
                    Map.entry("graph", CodePoints.of("!~")),
                    Map.entry("lower", CodePoints.of("az")),
                    Map.entry("print", CodePoints.of(" ~")),
                    Map.entry("punct", CodePoints.of("!/:@[`{~")),
                    Map.entry("space", CodePoints.of("\t\r  ")),
                    Map.entry("upper", CodePoints.of("AZ")),
                    Map.entry("word", CodePoints.WORD),
                    Map.entry("xdigit", CodePoints.of("09AFaf")));

    /// The codes of each of Unicode's categories, by the number that Java gives it.
    private static final String CODES =
            "Cn Lu Ll Lt Lm Lo Mn Me Mc Nd Nl No Zs Zl Zp Cc Cf -- Co Cs Pd Ps Pe Pc Po Sm Sc Sk"
                    + " So Pi Pf";

    /// Long names of categories, with their codes.
    private static final String LONG_NAMES =
            """
            Casedletter Lc Closepunctuation Pe Cntrl Cc Combiningmark M Connectorpunctuation Pc
            Control Cc Currencysymbol Sc Dashpunctuation Pd Decimalnumber Nd Digit Nd
            Enclosingmark Me Finalpunctuation Pf Format Cf Initialpunctuation Pi Letter L
            Letternumber Nl Lineseparator Zl Lowercaseletter Ll Mark M Mathsymbol Sm
            Modifierletter Lm Modifiersymbol Sk Nonspacingmark Mn Number N Openpunctuation Ps
            Other C Otherletter Lo Othernumber No Otherpunctuation Po Othersymbol So
            Paragraphseparator Zp Privateuse Co Punct P Punctuation P Separator Z
            Spaceseparator Zs Spacingmark Mc Surrogate Cs Symbol S Titlecaseletter Lt
            Unassigned Cn Uppercaseletter Lu
            """;

    private static final Map<String, String> CODES_OF_NAMES = codesOfNames();

    /// Those of Unicode that were asked for, by their names as [#plain] writes them: some
    /// hundred at most. Kept for all expressions, as each takes a look at all characters.
    private static final Map<String, CodePoints> KNOWN = new ConcurrentHashMap<>();

    private NamedClasses() {}

    /// What `\d` and the like stand for; null when the letter has no such meaning.
    static @Nullable CodePoints perl(char letter) {
        return switch (Character.toLowerCase(letter)) {
            case 'd' -> DIGIT;
            case 's' -> SPACE;
            case 'w' -> CodePoints.WORD;
            default -> null;
        };
    }

    /// What the name in `[:name:]` stands for; null when there is no such name.
    static @Nullable CodePoints posix(String name) {
        return POSIX.get(name);
    }

    /// What the name in `\p{name}` stands for; null when there is no such name. Case, spaces,
    /// hyphens and underscores do not matter. No name has letters other than those of ASCII,
    /// also none that Java takes for the same in another case, such as the sign of kelvin.
    static @Nullable CodePoints unicode(String name) {
        if (name.chars().anyMatch(c -> c >= ASCII)) {
            return null;
        }
        String plain = plain(name);
        CodePoints known = KNOWN.get(plain);
        if (known != null) {
            return known;
        }
        CodePoints made = made(CODES_OF_NAMES.getOrDefault(plain, plain));
        if (made != null) {
            KNOWN.put(plain, made);
        }
        return made;
    }

    private static String plain(String name) {
        String letters = name.replaceAll("[_ -]", "");
        return letters.isEmpty()
                ? letters
                : letters.substring(0, 1).toUpperCase(Locale.ROOT)
                        + letters.substring(1).toLowerCase(Locale.ROOT);
    }

    private static Map<String, String> codesOfNames() {
        String[] words = LONG_NAMES.strip().split("\\s+", -1);
        Map<String, String> codes = new HashMap<>();
        for (int i = 0; i < words.length; i += 2) {
            codes.put(words[i], words[i + 1]);
        }
        return codes;
    }

    private static @Nullable CodePoints made(String name) {
        return switch (name) {
            case "Any" -> CodePoints.ALL;
            case "Ascii" -> POSIX.get("ascii");
            case "Assigned" -> categories("Cn").negated();
            case "Lc" -> categories("Lu Ll Lt");
            default -> isCode(name) ? categories(name) : script(name);
        };
    }

    private static boolean isCode(String name) {
        return (name.length() == 1 || name.length() == 2) && CODES.contains(name);
    }

    /// @param wanted codes of categories, or the letter that several begin with
    private static CodePoints categories(String wanted) {
        String[] codes = CODES.split(" ", -1);
        boolean[] isWanted = new boolean[codes.length];
        for (int i = 0; i < codes.length; i++) {
            isWanted[i] =
                    wanted.contains(codes[i])
                            || (wanted.length() == 1 && codes[i].startsWith(wanted));
        }
        return where(c -> isWanted[Character.getType(c)]);
    }

    private static @Nullable CodePoints script(String name) {
        for (Character.UnicodeScript script : Character.UnicodeScript.values()) {
            if (script.name().equalsIgnoreCase(name)
                    && script != Character.UnicodeScript.UNKNOWN
                    && script != Character.UnicodeScript.SIGNWRITING) {
                return where(c -> Character.UnicodeScript.of(c) == script);
            }
        }
        return null;
    }

    private static CodePoints where(java.util.function.IntPredicate isMember) {
        CodePoints.Builder members = new CodePoints.Builder();
        int from = -1;
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            boolean member = isMember.test(c);
            if (member && from < 0) {
                from = c;
            } else if (!member && from >= 0) {
                members.add(from, c - 1);
                from = -1;
            }
        }
        if (from >= 0) {
            members.add(from, Character.MAX_CODE_POINT);
        }
        return members.build();
    }
}

package kat.logging.search;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import kat.api.regex.TooManyStepsException;
import kat.logging.line.LogSource;
import kat.logging.store.Block;
import kat.logging.store.BlockReader;
import kat.logging.store.Segment;
import kat.logging.store.Words;
import org.jspecify.annotations.Nullable;

/// Finds the lines of a block that a query means. Texts are looked for in the block as a whole;
/// a line is looked at only where one was found.
///
/// **Threads:** one owner.
final class BlockScan {

    private final LineQuery query;
    private final BlockReader reader = new BlockReader();
    private final IdentityHashMap<LogSource, Boolean> wanted = new IdentityHashMap<>();
    private final List<Word> words;
    private final List<String> literals;
    private final boolean anyCase;
    private byte[] blurred = new byte[0];
    private int skipped;

    /// Takes the lines that are meant.
    interface Hits {

        /// Whether a line would be taken, before it is read.
        boolean wants(long timeNanos, long sequence);

        void hit(Segment segment, Block block, int line, BlockReader reader);
    }

    BlockScan(LineQuery query) {
        this.query = query;
        this.words =
                query.words().stream()
                        .map(Word::new)
                        .sorted(Comparator.comparingInt(Word::size).reversed())
                        .toList();
        Expression pattern = query.pattern();
        this.literals = pattern == null ? List.of() : pattern.literals();
        this.anyCase = pattern != null && pattern.isOfAnyCase();
    }

    /// Whether a block may hold lines that are meant, by what is known of it.
    boolean mayHold(Block block) {
        return block.maxTime() >= query.fromNanos()
                && block.minTime() < query.toNanos()
                && block.sources().stream().anyMatch(this::isWanted);
    }

    /// Whether every line of a block is meant, by what is known of it.
    boolean meansAll(Block block) {
        return query.meansAnyText()
                && block.minTime() >= query.fromNanos()
                && block.maxTime() < query.toNanos()
                && block.sources().stream().allMatch(this::isWanted);
    }

    /// How many lines took the expression too long to be looked at.
    int skipped() {
        return skipped;
    }

    private boolean isWanted(LogSource source) {
        return wanted.computeIfAbsent(source, query.sources()::test);
    }

    /// Looks through a block.
    ///
    /// @throws IOException when it cannot be read
    void scan(Segment segment, Block block, Hits hits) throws IOException {
        reader.read(segment, block);
        boolean[] sources = new boolean[block.sources().size()];
        for (int i = 0; i < sources.length; i++) {
            sources[i] = isWanted(block.sources().get(i));
        }
        BitSet candidates = candidates();
        for (int line = candidates == null ? first(0) : candidates.nextSetBit(0);
                line >= 0;
                line = candidates == null ? first(line + 1) : candidates.nextSetBit(line + 1)) {
            if (sources[reader.sourceIndexOf(line)]
                    && isMeant(line, block.firstSequence() + line, hits)) {
                hits.hit(segment, block, line, reader);
            }
        }
    }

    private int first(int line) {
        return line < reader.count() ? line : -1;
    }

    private boolean isMeant(int line, long sequence, Hits hits) {
        long time = reader.timeOf(line);
        boolean ofStream =
                switch (query.stream()) {
                    case ALL -> true;
                    case OUT -> !reader.isError(line);
                    case ERROR -> reader.isError(line);
                };
        return ofStream
                && time >= query.fromNanos()
                && time < query.toNanos()
                && hits.wants(time, sequence)
                && hasPattern(line);
    }

    private boolean hasPattern(int line) {
        Expression pattern = query.pattern();
        if (pattern == null) {
            return true;
        }
        try {
            return pattern.isIn(reader.text(), reader.startOf(line), reader.endOf(line));
        } catch (TooManyStepsException e) {
            skipped++;
            return false;
        }
    }

    /// Lines that may be meant, by the texts in them; null for all.
    private @Nullable BitSet candidates() {
        int size = reader.textSize();
        if (!words.isEmpty()) {
            Words.blur(reader.text(), size, blurred(size));
            return withWords(new String(blurred, 0, size, StandardCharsets.ISO_8859_1));
        }
        if (literals.isEmpty()) {
            return null;
        }
        BitSet lines = new BitSet();
        String text = new String(reader.text(), 0, size, StandardCharsets.ISO_8859_1);
        for (String literal : literals) {
            if (anyCase) {
                mark(lower(text), lower(literal), lines);
            } else {
                mark(text, literal, lines);
            }
        }
        return lines;
    }

    private byte[] blurred(int size) {
        if (blurred.length < size) {
            blurred = new byte[size];
        }
        return blurred;
    }

    private static String lower(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        for (int i = 0; i < bytes.length; i++) {
            byte each = bytes[i];
            bytes[i] = each >= 'A' && each <= 'Z' ? (byte) (each + ('a' - 'A')) : each;
        }
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private void mark(String text, String wantedText, BitSet lines) {
        for (int at = text.indexOf(wantedText); at >= 0; ) {
            int line = reader.lineAt(at);
            lines.set(line);
            at = text.indexOf(wantedText, reader.endOf(line) + 1);
        }
    }

    /// A word to look for.
    private static final class Word {

        /// As [Words#fold] gives it.
        final byte[] folded;

        /// As [Words#blur] gives it.
        final String blurred;

        Word(byte[] folded) {
            byte[] bytes = new byte[folded.length];
            Words.blur(folded, folded.length, bytes);
            this.folded = folded;
            this.blurred = new String(bytes, StandardCharsets.ISO_8859_1);
        }

        int size() {
            return folded.length;
        }
    }

    /// Lines with all the words; the longest is the rarest, most likely.
    ///
    /// @param text blurred
    private BitSet withWords(String text) {
        BitSet lines = new BitSet();
        Word longest = words.getFirst();
        for (int at = indexOfWord(text, longest, 0, text.length()); at >= 0; ) {
            int line = reader.lineAt(at);
            int start = reader.startOf(line);
            int end = reader.endOf(line);
            boolean all = true;
            for (Word word : words.subList(1, words.size())) {
                all = all && indexOfWord(text, word, start, end) >= 0;
            }
            lines.set(line, all);
            at = indexOfWord(text, longest, end + 1, text.length());
        }
        return lines;
    }

    private int indexOfWord(String text, Word word, int from, int to) {
        int at = text.indexOf(word.blurred, from, to);
        while (at >= 0 && !Words.isWhole(word.folded, reader.text(), from, at, to)) {
            at = text.indexOf(word.blurred, at + 1, to);
        }
        return at;
    }
}

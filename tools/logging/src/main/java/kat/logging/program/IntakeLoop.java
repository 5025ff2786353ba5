package kat.logging.program;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import kat.base.Deadline;
import kat.base.Ticker;
import kat.logging.intake.Intake;
import kat.logging.store.LineStore;

/// Reads what is new, makes it durable, and waits for more.
///
/// When the store takes no more, nothing is read: the lines stay in the node's files, and those
/// that are open are kept even when they are deleted meanwhile.
///
/// **Threads:** one owner, in [#run].
final class IntakeLoop {

    /// Changes within this time are read together.
    private static final Duration GATHER = Duration.ofMillis(100);

    /// When lines wait for what may follow them.
    private static final Duration SOON = Duration.ofMillis(300);

    /// When nothing changed: a sign may have been missed.
    private static final Duration LATEST = Duration.ofSeconds(30);

    private static final Duration AFTER_A_FAULT = Duration.ofSeconds(2);

    private final Intake intake;
    private final LineStore store;
    private final FolderSigns signs;
    private final Ticker ticker;
    private final BooleanSupplier hasRoom;
    private final Consumer<String> told;

    /// @param hasRoom whether the store may grow
    /// @param told is given what keeps lines from being taken in; empty when nothing does
    IntakeLoop(
            Intake intake,
            LineStore store,
            FolderSigns signs,
            Ticker ticker,
            BooleanSupplier hasRoom,
            Consumer<String> told) {
        this.intake = intake;
        this.store = store;
        this.signs = signs;
        this.ticker = ticker;
        this.hasRoom = hasRoom;
        this.told = told;
    }

    /// Runs until it is interrupted.
    ///
    /// @throws IOException when files cannot be read, or the store must be opened anew
    /// @throws InterruptedException when it is to end
    void run() throws IOException, InterruptedException {
        Deadline nextLook = Deadline.in(Duration.ZERO, ticker);
        FolderSigns.Changed changed = new FolderSigns.Changed(true, Set.of());
        String said = "";
        while (!Thread.interrupted()) {
            boolean isLook = changed.everything() || nextLook.isOver(ticker);
            boolean again = false;
            if (isLook) {
                again = signs.watch(intake.look());
                nextLook = Deadline.in(LATEST, ticker);
            } else {
                for (Path folder : changed.containers()) {
                    intake.look(folder);
                }
            }
            boolean more = hasRoom.getAsBoolean() && intake.read();
            String fault = commit(isLook);
            if (!fault.equals(said)) {
                told.accept(fault);
                said = fault;
            }
            changed =
                    again
                            ? new FolderSigns.Changed(true, Set.of())
                            : signs.await(patience(more, fault, nextLook));
            if (!changed.containers().isEmpty()) {
                ticker.sleep(GATHER);
            }
        }
        throw new InterruptedException("the program is to end");
    }

    private Duration patience(boolean more, String fault, Deadline nextLook) {
        if (!fault.isEmpty()) {
            return AFTER_A_FAULT;
        }
        if (more) {
            return Duration.ZERO;
        }
        Duration left = nextLook.remaining(ticker);
        return intake.isHolding() && SOON.compareTo(left) < 0 ? SOON : left;
    }

    /// @param rolls whether old lines are looked for
    /// @return what is wrong; empty when all is well
    private String commit(boolean rolls) throws IOException {
        try {
            if (rolls) {
                store.rollIfOld(ticker.now());
            }
            store.commit();
        } catch (IOException e) {
            if (store.isBroken()) {
                throw e;
            }
            return "lines cannot be written and stay in the node's files: " + e.getMessage();
        }
        return hasRoom.getAsBoolean()
                ? ""
                : "the size that lines may have is used up; new ones stay in the node's files";
    }
}

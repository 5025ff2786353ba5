package kat.dev.loop;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import kat.dev.build.DockerCopies;
import kat.dev.build.Patterns;
import kat.dev.config.Sync;

/// What changed files mean for running containers: which are copied where, and which are
/// removed.
///
/// **Source:** skaffold copies files only when each file that changed has a place, and builds a
/// new image else.
///
/// @param copies files of this machine by their places in containers
/// @param removed places in containers
public record SyncPlan(SequencedMap<String, Path> copies, SortedSet<String> removed) {

    /// @param changed files that changed, came or went
    /// @param copied what the Dockerfile says, where it is asked
    /// @param folder the working folder of the image
    /// @return empty when a file has no place
    public static Optional<SyncPlan> of(
            Sync sync,
            Path context,
            SortedSet<Path> changed,
            Optional<DockerCopies> copied,
            String folder) {
        SequencedMap<String, Path> copies = new TreeMap<>();
        SortedSet<String> removed = new TreeSet<>();
        for (Path file : changed) {
            String name = context.relativize(file).toString();
            List<String> places = places(sync, name, copied, folder);
            if (places.isEmpty()) {
                return Optional.empty();
            }
            for (String place : places) {
                if (Files.exists(file)) {
                    copies.put(place, file);
                } else {
                    removed.add(place);
                }
            }
        }
        return Optional.of(new SyncPlan(copies, removed));
    }

    private static List<String> places(
            Sync sync, String name, Optional<DockerCopies> copied, String folder) {
        List<String> places = new ArrayList<>();
        for (Sync.Rule rule : sync.manual()) {
            if (Patterns.of(rule.source()).matcher(name).matches()) {
                String below =
                        name.startsWith(rule.strip())
                                ? name.substring(rule.strip().length())
                                : name;
                String to = rule.destination();
                Path at = Path.of(to.startsWith("/") ? to : folder + "/" + to);
                places.add(at.resolve(below.replaceFirst("^/+", "")).normalize().toString());
            }
        }
        boolean isInferred =
                sync.infer().stream().anyMatch(one -> Patterns.of(one).matcher(name).matches());
        if (places.isEmpty() && isInferred) {
            copied.flatMap(all -> all.place(name)).ifPresent(places::add);
        }
        return places;
    }
}

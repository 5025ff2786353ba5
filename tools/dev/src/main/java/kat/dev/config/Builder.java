package kat.dev.config;

import java.util.List;
import java.util.SequencedMap;

/// How an image is built.
public sealed interface Builder {

    /// By the Jib plug-in of Maven or Gradle.
    ///
    /// @param project the Maven module or Gradle project; empty for the whole
    /// @param type `maven`, `gradle` or empty to find out
    /// @param fromImage the base image, or the alias of a needed one; empty for the build's own
    record Jib(String project, List<String> args, String type, String fromImage)
            implements Builder {
        public Jib {
            args = List.copyOf(args);
        }
    }

    /// From a Dockerfile.
    ///
    /// @param dockerfile relative to the context
    /// @param flags further flags, in the form that `buildah build` and `docker build` share
    record Docker(String dockerfile, SequencedMap<String, String> buildArgs, List<String> flags)
            implements Builder {
        public Docker {
            flags = List.copyOf(flags);
        }

        /// The stage that is built; empty for the last.
        public String target() {
            String flag = "--target=";
            return flags.stream()
                    .filter(each -> each.startsWith(flag))
                    .map(each -> each.substring(flag.length()))
                    .reduce("", (_, last) -> last);
        }
    }

    /// By a command of the user.
    ///
    /// @param command a line for the shell
    /// @param paths files on which it depends, as patterns relative to the context
    /// @param ignore patterns of files that do not count
    /// @param dependencies a command that prints those files as a JSON list; empty for none
    record Custom(String command, List<String> paths, List<String> ignore, String dependencies)
            implements Builder {
        public Custom {
            paths = List.copyOf(paths);
            ignore = List.copyOf(ignore);
        }
    }
}

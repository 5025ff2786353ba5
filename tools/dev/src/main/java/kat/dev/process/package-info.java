/// Programs of this machine, run to their end or beside this one.
@NullMarked
package kat.dev.process;

import org.jspecify.annotations.NullMarked;

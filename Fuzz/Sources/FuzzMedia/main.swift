import CFuzzer
import Glibc

// libFuzzer reads its own options from the arguments; FUZZ_TARGET says what is run on each input.
var count = CommandLine.argc
var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
exit(
    LLVMFuzzerRunDriver(&count, &arguments) { bytes, size in
        Target.chosen.run(UnsafeRawBufferPointer(start: bytes, count: size))
    })

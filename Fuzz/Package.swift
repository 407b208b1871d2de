// swift-tools-version:6.2
import PackageDescription

// Built by scripts/fuzz, which says where the runtime of libFuzzer is. The media core is compiled here from links to its
// folder, instrumented; FFmpeg is not, so it is fuzzed blindly.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]
let runtime = Context.environment["FUZZER_RUNTIME"] ?? "libclang_rt.fuzzer_no_main.a"

let package = Package(
    name: "fuzz",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(url: "https://github.com/apple/swift-crypto", "3.12.3"..<"5.0.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    ],
    targets: [
        .systemLibrary(
            name: "CLibAV", pkgConfig: "libavformat libavcodec libavutil libswresample libswscale",
            providers: [
                .apt(["libavformat-dev", "libavcodec-dev", "libavutil-dev", "libswresample-dev", "libswscale-dev"])
            ]),
        .systemLibrary(
            name: "CChromaprint", pkgConfig: "libchromaprint", providers: [.apt(["libchromaprint-dev"])]),
        .systemLibrary(name: "CMagic", pkgConfig: "libmagic", providers: [.apt(["libmagic-dev"])]),
        .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
        .systemLibrary(name: "CFuzzer"),
        .target(
            name: "Media",
            dependencies: [
                "CChromaprint", "CLibAV", "CMagic", "CPNG", .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: settings + [.unsafeFlags(["-sanitize=fuzzer"])]),
        .executableTarget(
            name: "FuzzMedia", dependencies: ["CFuzzer", "Media"], swiftSettings: settings,
            linkerSettings: [.unsafeFlags([runtime, "-lstdc++"])]),
    ])

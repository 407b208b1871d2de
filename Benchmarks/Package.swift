// swift-tools-version:6.2
import PackageDescription

// Each benchmark compares with a peer in the same run. The rooms are compiled here from links to their folders, since
// nothing of theirs is visible outside of a package, and only the ones measured: that is quick.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let package = Package(
    name: "benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [.package(url: "https://github.com/apple/swift-log", from: "1.16.2")],
    targets: [
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .target(
            name: "Postgres", dependencies: ["CLibPQ", .product(name: "Logging", package: "swift-log")],
            swiftSettings: settings),
        .executableTarget(
            name: "PostgresBenchmark", dependencies: ["Postgres", .product(name: "Logging", package: "swift-log")],
            swiftSettings: settings),
    ])

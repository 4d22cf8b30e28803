//! Link settings of the library that Lua loads.

fn main() {
    // Worker threads outlive `dlclose`, which Lua calls when its state closes: the code they run
    // must stay mapped until the process ends.
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "linux" || os == "freebsd") {
        println!("cargo::rustc-cdylib-link-arg=-Wl,-z,nodelete");
    }
    println!("cargo::rerun-if-changed=src/build.rs");
}

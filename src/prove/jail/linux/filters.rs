//! The filter on system calls: what a program has no business with is refused as if it had no permission.
//!
//! A list of what is denied, not of what is allowed: an interpreter with compiled extensions uses too much of the
//! kernel for the other way. What is newer than this list is not there at all ([`FIRST_UNKNOWN`]).

use std::collections::BTreeMap;

use seccompiler::{
    BackendError, BpfProgram, SeccompAction, SeccompCmpArgLen as Length, SeccompCmpOp as Operator,
    SeccompCondition, SeccompFilter, SeccompRule, TargetArch, sock_filter,
};

use super::super::spec::Profile;
use super::calls::{
    CHANGES_OF_INODES, CHANGES_OF_METADATA, CHILDREN, FILE_COMMANDS, FORBIDDEN,
    KINDS_WITHOUT_STREAM, MODES, MODES_OF_NEW_FILES, NEW_NAMESPACES, WATCHES,
};

/// The first number of a system call that this list does not know. On x86-64 this covers the numbers of the x32
/// interface too, which start at 2^30.
const FIRST_UNKNOWN: u32 = 470;

/// The version of Landlock from which on it governs `truncate`.
const TRUNCATES: u32 = 3;
/// `setpriority` for one process.
const PRIO_PROCESS: u64 = 0;
const EPERM: u32 = libc::EPERM.cast_unsigned();
const ENOSYS: u32 = libc::ENOSYS.cast_unsigned();

/// What the filter depends on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Situation {
    pub(super) profile: Profile,
    /// Whether there are namespaces, and with them a file system and a network of its own.
    pub(super) namespaces: bool,
    pub(super) landlock_abi: u32,
    /// The number of the process that is about to be filtered.
    pub(super) own_id: u32,
}

type Rules = BTreeMap<i64, Vec<SeccompRule>>;

/// The programs for the kernel, to be applied in this order.
pub(super) fn programs(situation: Situation) -> Result<Vec<BpfProgram>, BackendError> {
    let arch = TargetArch::try_from(std::env::consts::ARCH)?;
    let mut programs = vec![unknown_calls()];
    let mut add = |rules: Rules, error: u32| -> Result<(), BackendError> {
        if !rules.is_empty() {
            let (otherwise, matched) = (SeccompAction::Allow, SeccompAction::Errno(error));
            let filter = SeccompFilter::new(rules, otherwise, matched, arch)?;
            programs.push(filter.try_into()?);
        }
        Ok(())
    };
    // Its flags lie in memory, where no filter sees them. The C library falls back to `clone`.
    add(always(&[libc::SYS_clone3]), ENOSYS)?;
    if !situation.namespaces {
        // Landlock governs neither of them. Called fruitless instead of forbidden, so that `shutil.copy` works on.
        add(always(CHANGES_OF_METADATA), 0)?;
    }
    add(forbidden(situation)?, EPERM)?;
    Ok(programs)
}

/// By hand, because a comparison by order of the call's number is more than the crate's rules can say.
fn unknown_calls() -> BpfProgram {
    const LOAD: u16 = (libc::BPF_LD | libc::BPF_W | libc::BPF_ABS) as u16;
    const JUMP_IF_AT_LEAST: u16 = (libc::BPF_JMP | libc::BPF_JGE | libc::BPF_K) as u16;
    const RETURN: u16 = (libc::BPF_RET | libc::BPF_K) as u16;
    let line = |code, jt, jf, k| sock_filter { code, jt, jf, k };
    vec![
        line(LOAD, 0, 0, 0),
        line(JUMP_IF_AT_LEAST, 0, 1, FIRST_UNKNOWN),
        line(RETURN, 0, 0, libc::SECCOMP_RET_ERRNO | ENOSYS),
        line(RETURN, 0, 0, libc::SECCOMP_RET_ALLOW),
    ]
}

fn always(calls: &[i64]) -> Rules {
    calls.iter().map(|call| (*call, Vec::new())).collect()
}

fn forbidden(situation: Situation) -> Result<Rules, BackendError> {
    let Situation {
        profile,
        namespaces,
        landlock_abi,
        own_id,
    } = situation;
    let own = u64::from(own_id);
    let mut rules = always(FORBIDDEN);
    if !namespaces {
        rules.extend(always(WATCHES));
    }
    if landlock_abi < TRUNCATES {
        rules.extend(always(&[libc::SYS_truncate]));
    }
    let mut forbid = |call: i64, conditions: Vec<SeccompCondition>| -> Result<(), BackendError> {
        // A call without conditions is forbidden already.
        if rules.get(&call).is_none_or(|known| !known.is_empty()) {
            let rule = SeccompRule::new(conditions)?;
            rules.entry(call).or_default().push(rule);
        }
        Ok(())
    };
    // Set-user-id and set-group-id files.
    for bit in [u64::from(libc::S_ISUID), u64::from(libc::S_ISGID)] {
        for (call, argument) in MODES {
            forbid(*call, vec![has_bits(*argument, bit)?])?;
        }
        for (call, flags, mode) in MODES_OF_NEW_FILES {
            let creates = has_bits(*flags, libc::O_CREAT as u64)?;
            forbid(*call, vec![creates, has_bits(*mode, bit)?])?;
        }
    }
    for flag in NEW_NAMESPACES {
        forbid(libc::SYS_clone, vec![has_bits(0, *flag as u64)?])?;
    }
    // Writing into the terminal's input.
    for request in [libc::TIOCSTI, libc::TIOCLINUX] {
        forbid(libc::SYS_ioctl, vec![is(1, request)?])?;
    }
    for request in CHANGES_OF_INODES {
        forbid(libc::SYS_ioctl, vec![is(1, *request)?])?;
    }
    for command in FILE_COMMANDS {
        forbid(libc::SYS_fcntl, vec![is(1, *command)?])?;
    }
    // What would hide the process from its watch.
    forbid(libc::SYS_prctl, vec![is(0, libc::PR_SET_DUMPABLE as u64)?])?;
    forbid(libc::SYS_prctl, vec![is(0, libc::PR_SET_SECCOMP as u64)?])?;
    // Slowing down what else the person runs.
    forbid(libc::SYS_setpriority, vec![is_not(0, PRIO_PROCESS)?])?;
    forbid(libc::SYS_setpriority, vec![is_not(1, 0)?, is_not(1, own)?])?;
    forbid(
        libc::SYS_sched_setaffinity,
        vec![is_not(0, 0)?, is_not(0, own)?],
    )?;
    forbid(
        libc::SYS_personality,
        vec![is_not(0, 0)?, is_not(0, 0xffff_ffff)?],
    )?;
    match profile {
        Profile::Single => {
            forbid(libc::SYS_prlimit64, vec![is_not(0, 0)?, is_not(0, own)?])?;
            for call in [
                libc::SYS_kill,
                libc::SYS_tkill,
                libc::SYS_tgkill,
                libc::SYS_rt_sigqueueinfo,
                libc::SYS_rt_tgsigqueueinfo,
            ] {
                forbid(call, vec![is_not(0, own)?])?;
            }
            // A thread is a clone that stays in the process.
            forbid(
                libc::SYS_clone,
                vec![lacks_bit(0, libc::CLONE_THREAD as u64)?],
            )?;
        }
        Profile::Tests => forbid(libc::SYS_prlimit64, vec![is_not(0, 0)?])?,
    }
    if profile == Profile::Single {
        rules.extend(always(CHILDREN));
    }
    sockets(&mut rules, profile == Profile::Tests && namespaces)?;
    Ok(rules)
}

/// Without a network of its own nothing but a pair of connected streams, which no address can point elsewhere.
fn sockets(rules: &mut Rules, has_network: bool) -> Result<(), BackendError> {
    let unix = libc::AF_UNIX as u64;
    let mut pair = vec![SeccompRule::new(vec![is_not(0, unix)?])?];
    if has_network {
        let (v4, v6) = (libc::AF_INET as u64, libc::AF_INET6 as u64);
        let mut socket = vec![SeccompRule::new(vec![
            is_not(0, unix)?,
            is_not(0, v4)?,
            is_not(0, v6)?,
        ])?];
        // Streams only: a datagram to nobody looks like one that arrived.
        for family in [v4, v6] {
            for kind in KINDS_WITHOUT_STREAM {
                socket.push(SeccompRule::new(vec![is(0, family)?, kind_is(1, *kind)?])?);
            }
        }
        rules.insert(libc::SYS_socket, socket);
    } else {
        rules.insert(libc::SYS_socket, Vec::new());
        for kind in KINDS_WITHOUT_STREAM {
            pair.push(SeccompRule::new(vec![kind_is(1, *kind)?])?);
        }
        for call in [
            libc::SYS_connect,
            libc::SYS_bind,
            libc::SYS_listen,
            libc::SYS_accept,
            libc::SYS_accept4,
        ] {
            rules.insert(call, Vec::new());
        }
    }
    rules.insert(libc::SYS_socketpair, pair);
    Ok(())
}

fn condition(
    argument: u8,
    operator: Operator,
    value: u64,
) -> Result<SeccompCondition, BackendError> {
    SeccompCondition::new(argument, Length::Dword, operator, value)
}

fn is(argument: u8, value: u64) -> Result<SeccompCondition, BackendError> {
    condition(argument, Operator::Eq, value)
}

fn is_not(argument: u8, value: u64) -> Result<SeccompCondition, BackendError> {
    condition(argument, Operator::Ne, value)
}

fn has_bits(argument: u8, bits: u64) -> Result<SeccompCondition, BackendError> {
    condition(argument, Operator::MaskedEq(bits), bits)
}

fn lacks_bit(argument: u8, bit: u64) -> Result<SeccompCondition, BackendError> {
    condition(argument, Operator::MaskedEq(bit), 0)
}

/// The kind of a socket without the flags that share its argument.
fn kind_is(argument: u8, kind: i32) -> Result<SeccompCondition, BackendError> {
    condition(argument, Operator::MaskedEq(0xf), kind as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_a_filter_for_every_kernel_and_situation() {
        for landlock_abi in 1..=8 {
            for namespaces in [false, true] {
                for profile in [Profile::Single, Profile::Tests] {
                    let situation = Situation {
                        profile,
                        namespaces,
                        landlock_abi,
                        own_id: 2,
                    };
                    let programs = programs(situation);
                    let programs =
                        programs.unwrap_or_else(|error| panic!("{situation:?}: {error}"));
                    // Metadata is a filter of its own without namespaces.
                    assert_eq!(
                        programs.len(),
                        if namespaces { 3 } else { 4 },
                        "{situation:?}"
                    );
                }
            }
        }
    }
}

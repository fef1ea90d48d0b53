//! What of one's own a server holds, and what of others', before a lesson begins there and after it is
//! left.

use sha2::{Digest as _, Sha256};

use super::databases::{self, Claims};
use super::link::{Connect, Keep, ask, texts};
use super::space::Space;
use super::{Remote, prefix};

/// What a server holds before a lesson begins there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Survey {
    /// The databases with data that no lesson made, and how many keys; on a cluster all is 0.
    pub foreign: Vec<(u32, u64)>,
    /// How many keys this home's lessons have left there.
    pub own: u64,
    /// Whether other homes' lessons keep data there.
    pub others: bool,
    /// The databases of this home's lessons hold other keys than when they were left: somebody may have
    /// stored something there.
    pub is_changed: bool,
    /// The lesson that this home's data there belong to.
    pub lesson: Option<String>,
}

impl Survey {
    /// What is said of keys that appeared in a lesson's databases, if some did.
    pub fn doubt(&self, shown: &str) -> Option<String> {
        self.is_changed.then(|| {
            format!(
                "the databases of your lessons on {shown} hold {}, and not those that kvtutor left \
                 there. A lesson empties them when it begins; if you say no, they stay, and lessons \
                 take others",
                many(self.own)
            )
        })
    }
}

/// So many keys, in words.
pub fn many(keys: u64) -> String {
    if keys == 1 { "1 key".to_owned() } else { format!("{keys} keys") }
}

impl Remote {
    /// Somebody has agreed that what stands in one's own databases is emptied.
    pub fn accept(connect: &Connect) -> Result<(), String> {
        let mut remote = Self::open(connect.clone())?;
        remote.is_doubtful = false;
        remote.leave()
    }

    /// What the server holds, before anything is written to it.
    pub fn survey(connect: &Connect) -> Result<Survey, String> {
        let mut remote = Self::open(connect.clone())?;
        let own = remote.own_keys()?;
        let (foreign, others) = match &remote.space {
            Space::Whole { .. } => (Vec::new(), false),
            Space::Databases(claims) => {
                let foreign = claims.unclaimed.iter().map(|(db, size)| (*db, *size)).collect();
                (foreign, !claims.others.is_empty())
            }
            Space::Prefix { .. } => remote.sample()?,
        };
        let lesson = match &remote.space {
            Space::Databases(claims) => claims.lesson.as_ref(),
            Space::Whole { .. } | Space::Prefix { .. } => None,
        };
        let lesson = lesson.map(|lesson| String::from_utf8_lossy(lesson).into_owned());
        let is_changed = remote.is_doubtful;
        Ok(Survey { foreign, own, others, is_changed, lesson })
    }

    /// Takes away everything of one's own.
    pub fn forget(connect: &Connect) -> Result<(), String> {
        let mut remote = Self::open(connect.clone())?;
        remote.flush()?;
        if let Keep::Own { token } = &connect.keep
            && remote.space.slot().is_some()
        {
            let key = format!("{}:lesson", prefix::tag(token));
            ask(remote.observer(None)?, &[b"DEL", key.as_bytes()])?;
            return Ok(());
        }
        Self::release(connect)
    }

    /// Gives back the databases of this home's lessons as they are; the next lesson takes others.
    pub fn release(connect: &Connect) -> Result<(), String> {
        let mut link = connect.open()?;
        match Space::find(connect, link.as_mut())? {
            Space::Databases(mut claims) => claims.release(link.as_mut()),
            Space::Prefix { token, slot: None, .. } => {
                Claims::read(link.as_mut(), &token)?.release(link.as_mut())
            }
            Space::Whole { .. } | Space::Prefix { .. } => Ok(()),
        }
    }

    /// Whether one's own databases hold other keys than when they were left.
    pub(super) fn is_changed(&mut self) -> Result<bool, String> {
        let left = match &self.space {
            Space::Databases(claims) => claims.left.clone(),
            Space::Whole { .. } | Space::Prefix { .. } => return Ok(false),
        };
        Ok(self.own_keys()? > 0 && left != Some(self.contents()?))
    }

    /// To be called before kvtutor ends: what stands in one's own databases is written down, so that it
    /// is known later whether somebody else has used them.
    pub fn leave(&mut self) -> Result<(), String> {
        if self.is_doubtful {
            // It stays so until somebody agrees that everything is emptied.
            return Ok(());
        }
        let contents = self.contents()?;
        match &self.space {
            Space::Databases(claims) if claims.own().next().is_some() => {
                let mut link = self.connect.open()?;
                claims.leave(link.as_mut(), &contents)
            }
            Space::Whole { .. } | Space::Databases(_) | Space::Prefix { .. } => Ok(()),
        }
    }

    /// Notes that what is one's own there belongs to a lesson from now on; tells whether it did before.
    pub fn begin_lesson(&mut self, lesson: &str) -> Result<bool, String> {
        let token = match &self.connect.keep {
            Keep::Whole => return Ok(true),
            Keep::Own { token } => token.clone(),
        };
        let before = if self.space.slot().is_some() {
            let key = format!("{}:lesson", prefix::tag(&token));
            let link = self.observer(None)?;
            ask(link, &[b"GETSET", key.as_bytes(), lesson.as_bytes()])?
        } else {
            let mut link = self.connect.open()?;
            databases::begin_lesson(link.as_mut(), &token, lesson)?
        };
        Ok(texts(before).first().is_some_and(|before| before == lesson.as_bytes()))
    }

    /// Which keys are one's own, in a few letters.
    fn contents(&mut self) -> Result<Vec<u8>, String> {
        let dbs: Vec<u32> = match &self.space {
            Space::Databases(claims) => claims.own().map(|(typed, _)| typed).collect(),
            Space::Whole { .. } | Space::Prefix { .. } => Vec::new(),
        };
        let mut digest = Sha256::new();
        for db in dbs {
            digest.update(db.to_le_bytes());
            for key in self.keys(db)? {
                digest.update(key.len().to_le_bytes());
                digest.update(&key);
            }
        }
        let digest: Vec<String> =
            digest.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Ok(digest.concat().into_bytes())
    }

    fn own_keys(&mut self) -> Result<u64, String> {
        Ok(u64::try_from(self.everything()?.len()).unwrap_or(u64::MAX))
    }

    /// Whether there are keys of nobody's lessons, and of others', among the first that a scan names.
    fn sample(&mut self) -> Result<(Vec<(u32, u64)>, bool), String> {
        let mine = prefix::tag(self.space.token()).into_bytes();
        let real = self.space.real(0);
        let found = ask(self.observer(real)?, &[b"SCAN", b"0", b"COUNT", b"1000"])?;
        let keys: Vec<Vec<u8>> = texts(found).into_iter().skip(1).collect();
        let is_lesson = |key: &&Vec<u8>| key.starts_with(b"kvtutor:");
        let strange = keys.iter().filter(|key| !is_lesson(key)).count();
        let others = keys.iter().filter(is_lesson).any(|key| !key.starts_with(&mine));
        let strange = u64::try_from(strange).unwrap_or(u64::MAX);
        Ok((if strange > 0 { vec![(0, strange)] } else { Vec::new() }, others))
    }
}

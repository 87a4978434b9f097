//! Priors from an archive: found by the patient's number, fetched behind the study that is read, hung beside it by one key.

use hotlight::config::Retrieve;
use hotlight::phantom::Phantom;
use hotlight::session::{Session, Urgency};
use tempfile::TempDir;

use super::opening::{Reader, archive};
use super::support::*;

#[test]
fn the_prior_of_a_fetched_study_is_here_before_it_is_asked_for_and_hangs_by_one_key() {
    let held = TempDir::new().expect("a folder");
    let current = Phantom::chest_ct().small().with_slices(6);
    let prior = current.prior();
    current.write_into(&held.path().join("current")).expect("written");
    prior.write_into(&held.path().join("prior")).expect("written");
    let port = serve(held.path(), vec![known(US, None)]);
    let store = TempDir::new().expect("a folder");
    let mut reader = Reader::beside(vec![archive(port, Retrieve::Get)], store.path(), None);
    reader.fetch(current.study_uid().as_str(), Urgency::Foreground);
    reader.end_of(current.study_uid().as_str());
    let is_fetched = |session: &Session| {
        let retrieval = session.archives.retrieval(&prior.study_uid());
        retrieval.is_some_and(|retrieval| !retrieval.is_under_way())
    };
    reader.program.wait_until("the prior is fetched", is_fetched);
    reader.program.settle();
    let retrieval = reader.program.reading.session.archives.retrieval(&prior.study_uid()).expect("known");
    assert_eq!(retrieval.order.urgency, Urgency::Background);
    assert_eq!(reader.images(), 6, "it is not open yet");
    let (session, library) = (&reader.program.reading.session, &reader.program.reading.library);
    assert_eq!(session.priors_ready(library), (1, 1));
    assert_eq!(session.screens[0].visible().count(), 1, "what hangs has not moved");
    // The archive is not needed any more.
    std::fs::remove_dir_all(held.path()).expect("it was there");
    reader.runs("prior toggle");
    reader.program.wait_until("the prior hangs", |session| {
        let shown = session.screens[0].visible().filter_map(|(_, viewport)| viewport.source.as_ref());
        shown.map(|source| &source.display_set.study).any(|study| *study == prior.study_uid())
    });
    reader.program.settle();
    let plan = reader.program.plan();
    let labels: Vec<_> = plan.viewports.iter().map(|viewport| viewport.labels.is_prior).collect();
    assert_eq!(labels, [false, true]);
    reader.runs("prior toggle");
    assert_eq!(reader.program.plan().viewports.len(), 1);
}

//! Archives on the loopback address: dcmtk's, Orthanc, our own, and peers that misbehave.

mod asleep;
mod audit;
mod cancel;
mod certificates;
mod charset;
mod dcmtk;
mod doctor;
mod faults;
mod filed;
mod opening;
mod orthanc;
mod outgoing;
mod parts;
mod peers;
mod priors;
mod proxy;
mod serve;
mod support;
mod tls;
mod user;
mod worklist;

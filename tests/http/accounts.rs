mod log_in;
mod register;

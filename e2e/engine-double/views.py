"""How the engine shows its jobs."""

HISTORY_ENDS = ("execution_success", "execution_error", "execution_interrupted")


def queue_view(queue):
    running, pending, _ = queue.snapshot()
    return {"queue_running": running, "queue_pending": pending}


def history_view(queue, prompt_id=None, max_items=None):
    _, _, history = queue.snapshot()
    if prompt_id is not None:
        return {prompt_id: history[prompt_id]} if prompt_id in history else {}
    return dict(list(history.items())[-max_items:] if max_items else history)


def jobs_view(queue, statuses):
    running, pending, history = queue.snapshot()
    jobs = [_queued(item, "in_progress") for item in running]
    jobs += [_queued(item, "pending") for item in pending]
    jobs += [_ended(prompt_id, entry) for prompt_id, entry in history.items()]
    jobs = [job for job in jobs if not statuses or job["status"] in statuses]
    jobs.sort(key=lambda job: job["create_time"], reverse=True)
    return {"jobs": jobs, "pagination": {"offset": 0, "limit": None, "total": len(jobs), "has_more": False}}


def job_view(queue, prompt_id):
    """One job with its whole workflow; None for a job that is not known."""
    running, pending, history = queue.snapshot()
    found = [(item, "in_progress") for item in running] + [(item, "pending") for item in pending]
    for item, status in found:
        if item[1] == prompt_id:
            return {**_queued(item, status), "workflow": {"prompt": item[2], "extra_data": item[3]}}
    if prompt_id in history:
        item = history[prompt_id]["prompt"]
        ended = _ended(prompt_id, history[prompt_id])
        return {**ended, "workflow": {"prompt": item[2], "extra_data": item[3]}}
    return None


def _queued(item, status):
    return {
        "id": item[1],
        "status": status,
        "priority": item[0],
        "create_time": item[3]["create_time"],
        "outputs_count": 0,
    }


def _ended(prompt_id, entry):
    kind, data = entry["status"]["messages"][-1]
    status = {"execution_success": "completed", "execution_error": "failed", "execution_interrupted": "cancelled"}
    job = {**_queued(entry["prompt"], status[kind]), "id": prompt_id, "execution_end_time": data["timestamp"]}
    if kind == "execution_error":
        job["execution_error"] = data
    return job

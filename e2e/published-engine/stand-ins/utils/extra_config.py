def load_extra_path_config(path):
    pass
